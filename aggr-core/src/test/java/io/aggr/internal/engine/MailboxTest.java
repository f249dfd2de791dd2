package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class MailboxTest {

    private final Mailbox<int[]> mailbox = new Mailbox<>(8, () -> new int[1]);

    @Test
    void carries_messages_in_order() {
        for (int i = 0; i < 1_000; i++) {
            int[] message = mailbox.claim();
            assertThat(message).isNotNull();
            message[0] = i;
            mailbox.post(message);
            assertThat(mailbox.isEmpty()).isFalse();
            int[] read = mailbox.poll();
            assertThat(read).isSameAs(message);
            mailbox.recycle(message);
            assertThat(mailbox.isEmpty()).isTrue();
        }
    }

    @Test
    void refuses_when_all_messages_are_under_way_and_goes_on_when_they_come_back() {
        Set<int[]> claimed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int[] message = mailbox.claim(); message != null; message = mailbox.claim()) {
            claimed.add(message);
            mailbox.post(message);
        }
        assertThat(claimed).hasSize(8);
        int[] first = mailbox.poll();
        assertThat(mailbox.claim()).isNull();
        mailbox.recycle(first);
        assertThat(mailbox.claim()).isSameAs(first);
    }

    @Test
    void loses_and_doubles_nothing_between_two_threads() throws InterruptedException {
        int count = 200_000;
        List<Integer> read = new ArrayList<>(count);
        Thread reader = new Thread(() -> {
            while (read.size() < count) {
                int[] message = mailbox.poll();
                if (message == null) {
                    Thread.onSpinWait();
                } else {
                    read.add(message[0]);
                    mailbox.recycle(message);
                }
            }
        });
        reader.start();
        for (int i = 0; i < count; ) {
            int[] message = mailbox.claim();
            if (message == null) {
                Thread.onSpinWait();
            } else {
                message[0] = i++;
                mailbox.post(message);
            }
        }
        reader.join();
        for (int i = 0; i < count; i++) {
            if (read.get(i) != i) {
                assertThat(read.get(i)).isEqualTo(i);
            }
        }
    }
}
