package dev.soliton.engine;

import dev.soliton.orchestration.Registry;
import java.util.concurrent.ExecutorService;

/**
 * Who does the work of turns.
 *
 * @param registry the orchestrators and activities of the app
 * @param threads runs the activities
 */
record Crew(Registry registry, ExecutorService threads) {}
