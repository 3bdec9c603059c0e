package dev.soliton.client;

import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts instances, reads them, and sends them events and operations.
 *
 * <p>The class is longer than 300 lines: it is the entrance to the package, with one method and its contract for each thing that a
 * caller can ask for. The classes behind it do the work.
 */
@PublicApi
public final class OrchestrationClient {
    private static final Duration POLLING_INTERVAL = Duration.ofSeconds(1);

    private final Payloads payloads;
    private final @Nullable Registry registry;
    private final Supplier<String> ids;
    private final InstanceReader reader;
    private final EndWait endWait;
    private final InstanceLister lister;
    private final SortedLister sortedLister;
    private final Purge purge;
    private final RecursivePurge recursivePurge;
    private final Starter starter;
    private final LiveExecutionCache live;
    private final Signals signals;
    private final Rewind rewind;

    /**
     * Creates a client of the given storage.
     *
     * @param catalog the catalog of the instances in that storage
     * @param registry what the app that serves the storage can run; null if that is not known, so that a start is accepted
     *     whatever its orchestrator is
     * @param ids returns a fresh unique ID at each call
     */
    public OrchestrationClient(
            Storage storage,
            InstanceCatalog catalog,
            @Nullable Registry registry,
            InstantSource clock,
            Supplier<String> ids,
            Waits waits) {
        this(storage, catalog, registry, clock, ids, waits, null);
    }

    /**
     * Creates a client in a process that runs instances of the storage, too.
     *
     * @param notices is notified when an instance ends in this process; null if none can
     */
    public OrchestrationClient(
            Storage storage,
            InstanceCatalog catalog,
            @Nullable Registry registry,
            InstantSource clock,
            Supplier<String> ids,
            Waits waits,
            @Nullable EndNotices notices) {
        this.payloads = storage.payloads();
        this.registry = registry;
        this.ids = ids;
        this.reader = new InstanceReader(storage.instances(), payloads);
        this.endWait = new EndWait(storage.instances(), payloads, reader, waits, notices);
        this.lister = new InstanceLister(catalog, reader, payloads, waits);
        this.sortedLister = new SortedLister(catalog, reader, waits);
        this.purge = new Purge(storage, catalog, clock, waits);
        this.recursivePurge = new RecursivePurge(purge, catalog, storage.instances(), waits);
        InboxWriter inboxWriter = new InboxWriter(storage, clock, ids, waits);
        this.live = new LiveExecutionCache(clock);
        this.signals = new Signals(storage, inboxWriter, live, clock);
        this.rewind = new Rewind(storage, inboxWriter, clock, ids, waits);
        this.starter = new Starter(storage, inboxWriter, signals, clock, ids, waits);
    }

    /** Whether callers from outside may not start that orchestrator; the app's own code may. */
    public boolean isInternal(String orchestrator) {
        return registry != null && registry.isInternal(orchestrator);
    }

    /** The orchestrators that callers from outside may start, in alphabetical order; none where they are not known. */
    public List<String> startable() {
        return registry == null
                ? List.of()
                : registry.orchestrators().stream()
                        .filter(name -> !isInternal(name))
                        .toList();
    }

    /** Whether the app can run it, as far as that is known here. */
    private boolean canRun(String orchestrator) {
        if (registry == null) {
            Registry.checkName("orchestrator", orchestrator);
            return true;
        }
        return registry.hasOrchestrator(orchestrator);
    }

    /** What is said of an orchestrator; empty if nothing is. */
    public Optional<OrchestratorDescription> description(String orchestrator) {
        return registry == null ? Optional.empty() : registry.description(orchestrator);
    }

    /**
     * Starts an instance, unless its ID is taken and the options refuse that.
     *
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws PayloadTooLargeException if the input is larger than the app allows
     * @throws StorageException if the storage failed before anything could be started
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the instance was started
     */
    public StartOutcome start(StartRequest request) {
        StartPlan plan = plan(request, null);
        if (!canRun(request.name())) {
            return unknown(plan);
        }
        if (request.instanceId() != null) {
            InstanceId.checkNew(request.instanceId());
        }
        return started(starter.start(plan));
    }

    /** Starts under the ID of an instance, which an earlier version may have accepted although this one would not. */
    private StartOutcome startAgain(StartRequest request) {
        StartPlan plan = plan(request, null);
        return canRun(request.name()) ? started(starter.start(plan)) : unknown(plan);
    }

    /**
     * Raises an event for an instance, and starts the instance if there is none, or if it is finished and the options
     * let it be replaced. The orchestrator begins without input, and with the event.
     *
     * @param request the start; its conflict policy does not matter
     * @param inputJson the event's payload as JSON; null for none
     * @param eventId identifies the event in the execution; null for an event without an ID, and null if there is an
     *     idempotency key, which identifies the event as well
     * @return {@link StartOutcome.Attached} if the event was raised for an instance that was there
     * @throws InvalidInstanceIdException if the instance ID cannot be one
     * @throws InvalidSignalException if the name or the event ID cannot be one, see {@link SignalRules}, or there are
     *     both an event ID and an idempotency key
     * @throws PayloadTooLargeException if the payload is larger than the app allows
     * @throws TooManyEventsException if the instance is there and accepts no such event for now, see
     *     {@link #raiseEvent}
     * @throws StorageException if the storage failed before anything could be started or sent
     * @throws OutcomeUnknownException if the storage gave no clear answer
     */
    public StartOutcome raiseOrStart(
            StartRequest request, String eventName, @Nullable String inputJson, @Nullable String eventId) {
        if (eventId != null && request.options().idempotencyKey() != null) {
            // Each would prove that the event was stored, and neither would know of the other's receipt.
            throw new InvalidSignalException("Give an event ID or an idempotency key, not both.");
        }
        payloads.check(inputJson);
        if (request.instanceId() != null) {
            InstanceId.checkNew(request.instanceId());
        }
        StartPlan.FirstEvent event = new StartPlan.FirstEvent(
                SignalRules.checkEventName(eventName), inputJson, SignalRules.checkEventId(eventId));
        StartPlan plan = plan(request, event);
        return canRun(request.name()) ? started(starter.raiseOrStart(plan, event)) : unknown(plan);
    }

    /** Another version of the app may have known the orchestrator when the request first arrived. */
    private StartOutcome unknown(StartPlan plan) {
        return starter.earlierReply(plan).orElseGet(() -> new StartOutcome.UnknownOrchestrator(plan.name()));
    }

    /**
     * Starts an instance again, with the orchestrator and the input that it has.
     *
     * @param withNewId whether it gets a random ID; if not, the finished instance is replaced
     * @return empty if there is no instance of that ID
     * @throws InvalidInstanceIdException if the instance ID cannot be one
     * @throws StorageException if the storage failed before anything could be started
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the instance was started
     */
    public Optional<StartOutcome> restart(String instanceId, boolean withNewId) {
        return restart(instanceId, withNewId, null);
    }

    /**
     * Starts an instance again, with its orchestrator and its input, once for each key.
     *
     * @param idempotencyKey identifies the restart: a repetition under the same key is no second restart, and gets the
     *     first answer; a new ID is then derived from the key. Null for a restart without a key
     * @throws InvalidSignalException if the key cannot be one, see {@link StartOptions}
     * @see #restart(String, boolean)
     */
    public Optional<StartOutcome> restart(String instanceId, boolean withNewId, @Nullable String idempotencyKey) {
        StartOptions options = StartOptions.DEFAULT
                .withReuse(ReusePolicy.ALLOW_DUPLICATE)
                .withIdempotencyKey(idempotencyKey)
                .withIdempotencyKey(StartPlan.keyOfRestart(idempotencyKey));
        String newId = idempotencyKey == null ? null : StartPlan.idOfRestart(instanceId, idempotencyKey);
        return reader.find(InstanceId.check(instanceId), true)
                .map(instance -> startAgain(
                        new StartRequest(instance.name(), withNewId ? newId : instanceId, instance.input(), options)));
    }

    private StartPlan plan(StartRequest request, StartPlan.@Nullable FirstEvent event) {
        String key = request.options().idempotencyKey();
        String id = request.instanceId() != null
                ? InstanceId.check(request.instanceId())
                : key == null ? ids.get() : StartPlan.idOf(request.name(), key);
        // A random ID is assumed to be free: the insert would fail if it were not.
        boolean isFresh = request.instanceId() == null && key == null;
        return new StartPlan(request.name(), id, isFresh, request.input(), request.options(), event);
    }

    /** A process that starts an instance is likely to send it something. */
    private StartOutcome started(StartOutcome outcome) {
        if (outcome instanceof StartOutcome.Started started) {
            live.remember(started.instanceId(), started.executionId());
        }
        return outcome;
    }

    /**
     * Reads the status of an instance.
     *
     * @param withInput whether its input is wanted too, which may cost a read of its own
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed
     */
    public Optional<Instance> status(String instanceId, boolean withInput) {
        Optional<Instance> found = reader.find(InstanceId.check(instanceId), withInput);
        found.filter(instance -> !instance.status().isTerminal())
                .ifPresent(instance -> live.remember(instanceId, instance.executionId()));
        return found;
    }

    /**
     * Reads the status of an execution of an instance: the current one, or the queued run, which is {@code Pending}.
     *
     * @param withInput whether its input is wanted too, which may cost a read of its own
     * @return empty if it is neither; nothing is stored of earlier executions
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed
     */
    public Optional<Instance> status(String instanceId, String executionId, boolean withInput) {
        return reader.find(InstanceId.check(instanceId), executionId, withInput);
    }

    /**
     * Lists instances in the order of the storage, of which no more is promised.
     *
     * @param top how many are wanted at most
     * @param withInput whether their inputs are wanted too
     * @param continuation where an earlier part of the same list said that it goes on; null to begin
     * @return at most so many; even if there are fewer, or none, the list goes on where its continuation says
     * @throws InvalidContinuationException if no list can have said that it goes on there
     * @throws StorageException if the storage failed
     */
    public InstancePage list(InstanceFilter filter, int top, boolean withInput, @Nullable String continuation) {
        return list(filter, top, withInput, true, continuation);
    }

    /**
     * Lists instances in the order of the storage, of which no more is promised.
     *
     * @param top how many are wanted at most
     * @param withInput whether their inputs are wanted too
     * @param withOutput whether their outputs are
     * @param continuation where an earlier part of the same list said that it goes on; null to begin
     * @return at most so many, and no more after their texts have {@link AnswerBudget#MAX_LENGTH} characters together;
     *     even if there are fewer, or none, the list goes on where its continuation says
     * @throws InvalidContinuationException if no list can have said that it goes on there
     * @throws StorageException if the storage failed
     */
    public InstancePage list(
            InstanceFilter filter, int top, boolean withInput, boolean withOutput, @Nullable String continuation) {
        return lister.list(filter, top, withInput, withOutput, continuation);
    }

    /**
     * Lists the first instances in an order of time.
     *
     * @param top how many are wanted at most; each is read by itself
     * @param withInput whether their inputs are wanted too
     * @param withOutput whether their outputs are
     * @throws ListTooLongException if there are too many that pass the filter to read while a caller waits, or their
     *     texts have more than {@link AnswerBudget#MAX_LENGTH} characters together
     * @throws StorageException if the storage failed
     */
    public List<Instance> list(
            InstanceFilter filter, InstanceOrder order, int top, boolean withInput, boolean withOutput) {
        return sortedLister.list(filter, order, top, withInput, withOutput);
    }

    /**
     * Removes an instance that has ended, with its history and its values, and first the sub-orchestrations that it
     * called, and theirs, as far as they have ended. For as long as a caller waits: called again, it goes on.
     *
     * @param whole receives how many instances are gone, and whether that is all
     * @return what became of the instance itself; {@link PurgeOutcome.Purged} also if there was no time to come to it
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed; some may be gone
     * @throws OutcomeUnknownException if the storage gave no clear answer whether an instance is gone
     */
    public PurgeOutcome purgeWithChildren(String instanceId, Consumer<PurgeSummary> whole) {
        RecursivePurge.Outcome outcome = recursivePurge.purge(InstanceId.check(instanceId), Purge.PATIENCE);
        whole.accept(outcome.ofAll());
        return outcome.ofItself();
    }

    /**
     * Removes an instance that has ended, with its history and its values; its ID is free then.
     *
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed before anything was removed
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the instance is gone
     */
    public PurgeOutcome purge(String instanceId) {
        return purge.purge(InstanceId.check(instanceId));
    }

    /**
     * Removes the instances that pass a filter and have ended, for as long as a caller waits and the storage answers.
     * One whose row cannot be read stays.
     *
     * @throws StorageException if the storage failed before any was removed
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the first of them is gone
     */
    public PurgeSummary purge(InstanceFilter filter) {
        return purge.purge(filter);
    }

    /**
     * Waits until an instance has ended, and reads it at least once a second.
     *
     * @see #waitFor(String, Duration, Duration)
     */
    public WaitOutcome waitFor(String instanceId, Duration timeout) throws InterruptedException {
        return waitFor(instanceId, timeout, POLLING_INTERVAL);
    }

    /**
     * Waits until an instance has ended, or time is up.
     *
     * @param timeout how long to wait at most; zero to read once
     * @param pollingInterval the longest time between two reads; the first ones follow one another sooner
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws IllegalArgumentException if the timeout is negative, or the interval not positive
     * @throws StorageException if the storage failed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public WaitOutcome waitFor(String instanceId, Duration timeout, Duration pollingInterval)
            throws InterruptedException {
        if (timeout.isNegative() || pollingInterval.isNegative() || pollingInterval.isZero()) {
            throw new IllegalArgumentException("Neither is below zero, and the interval above: timeout " + timeout
                    + ", polling interval " + pollingInterval);
        }
        InstanceId.check(instanceId);
        return endWait.outcome(instanceId, null, timeout, pollingInterval);
    }

    /**
     * Waits until an execution, which may be a queued run, has ended, or time is up. If its instance was started again,
     * the execution is not found any more.
     *
     * @see #waitFor(String, Duration, Duration)
     */
    public WaitOutcome waitFor(StartOutcome.Accepted execution, Duration timeout, Duration pollingInterval)
            throws InterruptedException {
        return endWait.outcome(execution.instanceId(), execution.executionId(), timeout, pollingInterval);
    }

    /**
     * Raises an event for an instance that has not ended.
     *
     * @param inputJson the event's payload as JSON; null for none
     * @param eventId identifies the event in the execution: a repetition under the same ID is no second event; null for
     *     an event without an ID
     * @throws InvalidInstanceIdException if the instance ID cannot be one
     * @throws InvalidSignalException if the name or the event ID cannot be one, see {@link SignalRules}
     * @throws PayloadTooLargeException if the payload is larger than the app allows
     * @throws TooManyEventsException if the instance already has some 10,000 events that it has not awaited, or if
     *     their payloads have 16 Mi characters together; twice as many for an event that it awaits
     * @throws StorageException if the storage failed before anything could be sent
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the event was stored
     */
    public SignalOutcome raiseEvent(
            String instanceId, String eventName, @Nullable String inputJson, @Nullable String eventId) {
        return signals.raise(
                InstanceId.check(instanceId),
                SignalRules.checkEventName(eventName),
                inputJson,
                SignalRules.checkEventId(eventId));
    }

    /**
     * Terminates an instance that has not ended. Activities under way may run on for a while.
     *
     * @param reason why, for its status; null for none
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws InvalidSignalException if the reason cannot be one, see {@link SignalRules}
     * @throws StorageException if the storage failed before anything could be sent
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the request was stored
     */
    public SignalOutcome terminate(String instanceId, @Nullable String reason) {
        return terminate(instanceId, reason, false);
    }

    /**
     * Terminates an instance that has not ended.
     *
     * @param recursive whether the sub-orchestrations that its current generation has called end too, and theirs
     * @see #terminate(String, String)
     */
    public SignalOutcome terminate(String instanceId, @Nullable String reason, boolean recursive) {
        return signals.sendOperation(
                InstanceId.check(instanceId), new InboxItem.Terminate(SignalRules.checkReason(reason), recursive));
    }

    /**
     * Rewinds a failed instance, so that it goes on: it makes the calls again that caused its failure, but none that
     * have completed.
     *
     * @param reason why, for its history; null for none
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws InvalidSignalException if the reason cannot be one, see {@link SignalRules}
     * @throws StorageException if the storage failed before anything was changed
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the instance goes on
     */
    public RewindOutcome rewind(String instanceId, @Nullable String reason) {
        return rewind.rewind(InstanceId.check(instanceId), SignalRules.checkReason(reason));
    }

    /**
     * Suspends an instance until it is resumed; without effect if it is suspended already.
     *
     * @param reason why, for its status; null for none
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws InvalidSignalException if the reason cannot be one, see {@link SignalRules}
     * @throws StorageException if the storage failed before anything could be sent
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the request was stored
     */
    public SignalOutcome suspend(String instanceId, @Nullable String reason) {
        return signals.sendOperation(
                InstanceId.check(instanceId), new InboxItem.Suspend(SignalRules.checkReason(reason)));
    }

    /**
     * Resumes a suspended instance; without effect if it is not suspended.
     *
     * @param reason why, for its journal; null for none
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws InvalidSignalException if the reason cannot be one, see {@link SignalRules}
     * @throws StorageException if the storage failed before anything could be sent
     * @throws OutcomeUnknownException if the storage gave no clear answer whether the request was stored
     */
    public SignalOutcome resume(String instanceId, @Nullable String reason) {
        return signals.sendOperation(
                InstanceId.check(instanceId), new InboxItem.Resume(SignalRules.checkReason(reason)));
    }
}
