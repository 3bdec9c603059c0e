package dev.soliton.instance;

import dev.soliton.orchestration.Registry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Starts instances and looks at them. */
public final class OrchestrationClient {
    private final InstanceStore store;
    private final Payloads payloads;
    private final Registry registry;
    private final Supplier<String> ids;
    private final Starter starter;

    /**
     * A client over the storage given.
     *
     * @param ids a fresh unique ID at each call
     */
    public OrchestrationClient(
            Storage storage, Registry registry, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.store = storage.instances();
        this.payloads = storage.payloads();
        this.registry = registry;
        this.ids = ids;
        this.starter = new Starter(storage, clock, ids, waits);
    }

    /**
     * Starts an instance, unless its ID is taken.
     *
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws PayloadTooLargeException if the input is larger than the app allows
     * @throws StorageException if the storage failed before anything could be started
     * @throws OutcomeUnknownException if the storage did not tell whether the instance was started
     */
    public StartOutcome start(StartRequest request) {
        if (!registry.hasOrchestrator(request.name())) {
            return new StartOutcome.UnknownOrchestrator(request.name());
        }
        if (request.instanceId() == null) {
            // A random ID is free: the insert would tell if it were not.
            return starter.start(request.name(), ids.get(), request.input());
        }
        String id = InstanceId.check(request.instanceId());
        Optional<Versioned<InstanceRow>> holder = store.find(id);
        if (holder.isPresent()) {
            return new StartOutcome.Rejected(Instance.of(holder.get().row(), null, null));
        }
        return starter.start(request.name(), id, request.input());
    }

    /**
     * Looks at an instance.
     *
     * @param withInput whether its input is wanted too, which may cost a read of its own
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed
     */
    public Optional<Instance> status(String instanceId, boolean withInput) {
        return store.find(InstanceId.check(instanceId)).map(Versioned::row).map(row -> {
            InstanceRow.Values values = row.values();
            return Instance.of(row, withInput ? payloads.load(values.input()) : null, payloads.load(values.output()));
        });
    }
}
