package dev.soliton.functions;

import dev.soliton.client.HoldingReader;
import dev.soliton.store.QueueLevels;
import dev.soliton.store.SweepMark;
import dev.soliton.store.WorkerStore;

/**
 * What the dashboard shows of a hub beside its instances.
 *
 * @param holdings reads who holds an ID
 * @param workers the records of the workers
 * @param queues how much waits
 * @param sweeps when the hub was swept last
 * @param functionsVersion the version of the Functions runtime, as the deployment names it; empty if it does not
 */
record DashboardPorts(
        HoldingReader holdings, WorkerStore workers, QueueLevels queues, SweepMark sweeps, String functionsVersion) {}
