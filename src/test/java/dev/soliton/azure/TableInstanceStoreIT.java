package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.InstanceStoreContract;
import dev.soliton.store.RowChange;
import dev.soliton.store.UnreadableRowException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class TableInstanceStoreIT extends InstanceStoreContract {
    @Override
    protected InstanceStore emptyStore() {
        return new TableInstanceStore(AzuriteAccount.shared(), AzuriteAccount.freshHub());
    }

    @Test
    void saysWhichRowIsNotAsItWritesThem() {
        String hub = AzuriteAccount.freshHub();
        InstanceStore store = new TableInstanceStore(AzuriteAccount.shared(), hub);
        InboxRow row = new InboxRow("e", "k", 1, new InboxItem.Resume(null));
        store.write("order-1", List.of(new RowChange.InsertInbox(row)));
        AzuriteAccount.shared()
                .tables()
                .getTableClient(hub + "Instances")
                .updateEntity(new TableEntity("order-1", "inbox|e|k").addProperty("kind", "other"));
        assertThatExceptionOfType(UnreadableRowException.class)
                .isThrownBy(() -> store.loadWithoutJournal("order-1"))
                .withMessage("The row 'inbox|e|k' of instance 'order-1' cannot be read: it has no proper kind.");
    }
}
