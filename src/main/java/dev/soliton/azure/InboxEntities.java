package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;

/**
 * The format of inbox rows in the table: the columns {@code executionId}, {@code sequence} and {@code kind}, and those
 * that the kind needs.
 */
final class InboxEntities {
    private static final String EVENT = "event";
    private static final String TERMINATE = "terminate";
    private static final String SUSPEND = "suspend";
    private static final String RESUME = "resume";
    private static final String GIVE_UP = "giveUp";
    private static final String REWIND = "rewind";
    private static final String CHILD_ENDED = "childEnded";

    private InboxEntities() {}

    static String rowKey(String executionId, String key) {
        return InstanceEntities.INBOX + executionId + "|" + key;
    }

    static TableEntity entity(String instanceId, InboxRow row) {
        TableEntity entity = new TableEntity(instanceId, rowKey(row.executionId(), row.key()))
                .addProperty("executionId", row.executionId())
                .addProperty("sequence", row.sequence());
        InboxItem item = row.item();
        if (item instanceof InboxItem.Event event) {
            entity.addProperty("kind", EVENT);
            EntityTexts.put(entity, "name", event.name());
            EntityColumns.put(entity, "value", event.input());
        } else if (item instanceof InboxItem.Terminate terminate) {
            entity.addProperty("kind", TERMINATE);
            EntityTexts.put(entity, "reason", terminate.reason());
            if (terminate.recursive()) {
                entity.addProperty("recursive", true);
            }
        } else if (item instanceof InboxItem.Suspend suspend) {
            entity.addProperty("kind", SUSPEND);
            EntityTexts.put(entity, "reason", suspend.reason());
        } else if (item instanceof InboxItem.Resume resume) {
            entity.addProperty("kind", RESUME);
            EntityTexts.put(entity, "reason", resume.reason());
        } else if (item instanceof InboxItem.GiveUp giveUp) {
            entity.addProperty("kind", GIVE_UP);
            EntityTexts.put(entity, "reason", giveUp.reason());
        } else if (item instanceof InboxItem.Rewind rewind) {
            entity.addProperty("kind", REWIND);
            EntityTexts.put(entity, "reason", rewind.reason());
            EntityColumns.put(entity, "failure", rewind.failure());
        } else if (item instanceof InboxItem.ChildEnded child) {
            entity.addProperty("kind", CHILD_ENDED)
                    .addProperty("generation", child.generation())
                    .addProperty("taskId", child.taskId());
            EntityColumns.put(entity, "value", child.result());
            EntityColumns.put(entity, "failure", child.failure());
        } else {
            throw new IllegalStateException("An inbox has no such item: " + item);
        }
        return entity;
    }

    static InboxEntry entry(TableEntity entity) {
        String executionId = EntityColumns.text(entity, "executionId");
        String key = entity.getRowKey().substring(rowKey(executionId, "").length());
        InboxRow row =
                new InboxRow(executionId, key, EntityColumns.value(entity, "sequence", Long.class), item(entity));
        return new InboxEntry(row, entity.getTimestamp().toInstant());
    }

    private static InboxItem item(TableEntity entity) {
        return switch (EntityColumns.text(entity, "kind")) {
            case EVENT ->
                new InboxItem.Event(EntityColumns.text(entity, "name"), EntityColumns.payload(entity, "value"));
            case TERMINATE ->
                new InboxItem.Terminate(
                        EntityTexts.get(entity, "reason"), Boolean.TRUE.equals(entity.getProperty("recursive")));
            case SUSPEND -> new InboxItem.Suspend(EntityTexts.get(entity, "reason"));
            case RESUME -> new InboxItem.Resume(EntityTexts.get(entity, "reason"));
            case GIVE_UP -> new InboxItem.GiveUp(EntityColumns.text(entity, "reason"));
            case REWIND ->
                new InboxItem.Rewind(EntityTexts.get(entity, "reason"), EntityColumns.payload(entity, "failure"));
            case CHILD_ENDED ->
                new InboxItem.ChildEnded(
                        EntityColumns.value(entity, "generation", Integer.class),
                        EntityColumns.value(entity, "taskId", Integer.class),
                        EntityColumns.payload(entity, "value"),
                        EntityColumns.payload(entity, "failure"));
            default -> throw EntityColumns.incomplete(entity, "kind");
        };
    }
}
