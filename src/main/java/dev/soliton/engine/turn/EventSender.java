package dev.soliton.engine.turn;

import dev.soliton.client.InboxWriter;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.InboxItem;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Receipt;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.util.Optional;

/**
 * Sends the events of an execution to other instances. Each has a name made from its request, so that sending it twice
 * has the effect of once.
 */
final class EventSender {
    private final EngineServices services;
    private final InstanceLog log;

    EventSender(EngineServices services, InstanceLog log) {
        this.services = services;
        this.log = log;
    }

    /**
     * Sends an event. If there is no such instance, or it has ended, the event is dropped.
     *
     * @param key the execution that sends
     * @throws StorageException if the storage failed
     */
    void send(ExecutionKey key, EventSent event) {
        String target = event.instanceId();
        try {
            InstanceId.check(target);
        } catch (InvalidInstanceIdException invalid) {
            log.warning("event dropped", key, "target", target, "why", String.valueOf(invalid.getMessage()));
            return;
        }
        String name = Fingerprint.of(key.executionId() + " " + key.generation() + " " + event.id());
        String json;
        try {
            json = services.payloads(key).load(event.input());
        } catch (PayloadMissingException missing) {
            log.warning("event dropped", key, "target", target, "why", String.valueOf(missing.getMessage()));
            return;
        }
        Optional<Versioned<InstanceRow>> found = services.storage().instances().findRow(target);
        while (found.isPresent() && !found.get().row().status().isTerminal()) {
            ExecutionKey to = found.get().row().key();
            Incarnation incarnation = found.get().row().incarnation();
            Payload input = json == null ? null : services.payloads(to).saveOwn(json);
            InboxWriter.Outcome outcome = services.inbox()
                    .deliver(
                            target,
                            incarnation,
                            services.inbox()
                                    .row(to.executionId(), "sent-" + name, new InboxItem.Event(event.name(), input)),
                            new Receipt(target, "sent|" + to.executionId() + "|" + name, to.executionId()));
            if (outcome != InboxWriter.Outcome.DELIVERED) {
                services.discard(input);
            }
            if (outcome != InboxWriter.Outcome.NO_GATE) {
                return;
            }
            // The target ended just now. Since then it may have been rewound, or another execution may have the ID.
            Optional<Versioned<InstanceRow>> now =
                    services.storage().instances().findRow(target);
            if (now.map(row -> row.row().incarnation()).equals(Optional.of(incarnation))) {
                break;
            }
            found = now;
        }
        log.info("event dropped", key, "target", target, "why", "no such instance, or it has ended");
    }
}
