package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class InboxItemTest {
    private static final String BROKEN = "\ud83d \ude00 \ude00\ud83d 😀";
    private static final String MENDED = "\ufffd \ufffd \ufffd\ufffd 😀";

    @Test
    void replacesHalvesOfCharacters() {
        assertThat(new InboxItem.Event(BROKEN, null).name()).isEqualTo(MENDED);
        assertThat(new InboxItem.Terminate(BROKEN).reason()).isEqualTo(MENDED);
        assertThat(new InboxItem.Suspend(BROKEN).reason()).isEqualTo(MENDED);
        assertThat(new InboxItem.Resume(BROKEN).reason()).isEqualTo(MENDED);
    }

    @Test
    void leavesAllElseAsItIs() {
        String text = "\u0000\t\r\n\u2028\u2029\ufeff\uffff ä 日本 😀";
        assertThat(new InboxItem.Event(text, null).name()).isEqualTo(text);
        assertThat(new InboxItem.Terminate(text).reason()).isEqualTo(text);
        assertThat(new InboxItem.Suspend("").reason()).isEmpty();
        assertThat(new InboxItem.Resume(null).reason()).isNull();
    }
}
