package dev.soliton.engine;

import dev.soliton.orchestration.Registry;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/**
 * Who does the work of turns.
 *
 * @param registry the orchestrators and activities of the app
 * @param activities runs the activities
 * @param children runs sub-orchestrations in the process of their parent, each on a thread of its own; one that it
 *     rejects goes through the queue
 * @param housekeeping runs what keeps the worker's lease, for as long as it lives, and what no turn waits for
 */
public record Crew(Registry registry, ExecutorService activities, ExecutorService children, Executor housekeeping) {}
