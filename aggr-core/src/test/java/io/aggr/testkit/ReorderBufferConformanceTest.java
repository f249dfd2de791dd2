package io.aggr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The kit and the contract: a buffer of a third party passes, and what is wrong with a bad one is named. */
class ReorderBufferConformanceTest {

    private static Rule broken(IntFunction<ReorderBuffer> buffers) {
        BrokenRule caught = catchThrowableOfType(BrokenRule.class, () -> ReorderBufferConformance.check(buffers));
        assertThat(caught).as("nothing was found").isNotNull();
        return caught.rule();
    }

    /** Holds every third packet until 10 ms are over. */
    private static class Delaying implements ReorderBuffer {
        final Deque<long[]> held = new ArrayDeque<>();

        @Override
        public void offer(ArrivedPacket packet, long nowNanos, Release out) {
            if (packet.id() % 3 == 0) {
                held.add(new long[] {packet.id(), nowNanos});
            } else {
                out.deliver(packet.id());
            }
        }

        @Override
        public void onLost(long sequence, long nowNanos, Release out) {}

        @Override
        public void onPassed(long sequence, long nowNanos, Release out) {}

        @Override
        public void poll(long nowNanos, Release out) {
            while (nanosToDeadline(nowNanos) <= 0) {
                releaseOldest(nowNanos, out);
            }
        }

        @Override
        public long nanosToDeadline(long nowNanos) {
            return held.isEmpty() ? Long.MAX_VALUE : 10_000_000 - (nowNanos - held.getFirst()[1]);
        }

        @Override
        public void releaseOldest(long nowNanos, Release out) {
            if (!held.isEmpty()) {
                out.deliver((int) held.removeFirst()[0]);
            }
        }

        @Override
        public void reset(long nowNanos, Release out) {
            while (!held.isEmpty()) {
                releaseOldest(nowNanos, out);
            }
        }

        @Override
        public int heldPackets() {
            return held.size();
        }
    }

    @Test
    void lets_a_buffer_of_a_third_party_pass() {
        assertThatCode(() -> ReorderBufferConformance.check(new TcpOrderBuffer.Provider()))
                .doesNotThrowAnyException();
    }

    @Test
    void a_buffer_may_order_by_what_it_finds_in_the_packets() {
        ReorderBuffer buffer = new TcpOrderBuffer.Provider().create(ProviderConfig.none(), 100);
        List<Integer> delivered = new ArrayList<>();
        int[] starts = {-200, 100, 0, -100, 300};
        for (int i = 0; i < starts.length; i++) {
            buffer.offer(segment(starts[i], 100).setId(i).setSequence(ArrivedPacket.NO_SEQUENCE), i, delivered::add);
        }
        assertThat(delivered).as("sequences wrap").containsExactly(0, 3, 2, 1);
        assertThat(buffer.nanosToDeadline(4)).isEqualTo(50_000_000);
        buffer.poll(50_000_004, delivered::add);
        assertThat(delivered).endsWith(4);
    }

    private static ScriptedPacket segment(int sequence, int payloadBytes) {
        byte[] bytes = new byte[40 + payloadBytes];
        ByteBuffer.wrap(bytes)
                .put(0, (byte) 0x45)
                .put(9, (byte) 6)
                .putInt(24, sequence)
                .put(32, (byte) 0x50);
        return ScriptedPacket.of(bytes).setFlowHash(5);
    }

    @Test
    void catches_one_that_delivers_twice() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        out.deliver(packet.id());
                        if (packet.isRepair()) {
                            out.deliver(packet.id());
                        }
                    }
                }))
                .isEqualTo(ReorderBufferRule.DELIVERS_ONCE);
    }

    private static Rule impatient(Runnable inEachOffer) {
        IntFunction<ReorderBuffer> buffers = maxPackets -> new Delaying() {
            @Override
            public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                super.offer(packet, nowNanos, out);
                inEachOffer.run();
            }
        };
        BrokenRule caught = catchThrowableOfType(BrokenRule.class, () -> ReorderBufferConformance.check(buffers, 200));
        assertThat(caught).as("nothing was found").isNotNull();
        assertThat(caught).hasMessageContaining("200 ms");
        return caught.rule();
    }

    @Test
    void catches_one_that_never_comes_back() {
        CountDownLatch forEver = new CountDownLatch(1);
        try {
            assertThat(impatient(() -> {
                        try {
                            forEver.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }))
                    .isEqualTo(ReorderBufferRule.COMES_BACK);
        } finally {
            forEver.countDown();
        }
    }

    @Test
    void catches_one_that_takes_its_time_over_each_packet() {
        assertThat(impatient(() -> LockSupport.parkNanos(50_000_000))).isEqualTo(ReorderBufferRule.COMES_BACK);
    }

    @Test
    void names_the_call_that_throws_although_it_only_answers() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public long nanosToDeadline(long nowNanos) {
                        throw new IllegalStateException("broken");
                    }
                }))
                .isEqualTo(ReorderBufferRule.THROWS_NOTHING);
    }

    @Test
    void catches_one_that_grows_with_each_packet() {
        List<long[]> all = new ArrayList<>();
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        all.add(new long[] {packet.sequence(), nowNanos});
                        super.offer(packet, nowNanos, out);
                    }
                }))
                .isEqualTo(ReorderBufferRule.ALLOCATES_NOTHING);
        assertThat(all).isNotEmpty();
    }

    @Test
    void catches_one_that_drops() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        if (packet.sequence() % 100 != 99) {
                            out.deliver(packet.id());
                        }
                    }
                }))
                .isEqualTo(ReorderBufferRule.COUNTS);
    }

    @Test
    void catches_one_that_arms_its_timer_anew_with_each_packet() {
        assertThat(broken(maxPackets -> new Delaying() {
                    private long armed;

                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        super.offer(packet, nowNanos, out);
                        armed = nowNanos;
                    }

                    @Override
                    public long nanosToDeadline(long nowNanos) {
                        return held.isEmpty() ? Long.MAX_VALUE : 10_000_000 - (nowNanos - armed);
                    }
                }))
                .isEqualTo(ReorderBufferRule.STARVES_NOTHING);
    }

    @Test
    void catches_one_without_a_deadline() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public long nanosToDeadline(long nowNanos) {
                        return Long.MAX_VALUE;
                    }
                }))
                .isEqualTo(ReorderBufferRule.HAS_DEADLINE);
    }

    @Test
    void catches_one_that_does_nothing_at_its_deadline() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public void poll(long nowNanos, Release out) {}
                }))
                .isEqualTo(ReorderBufferRule.KEEPS_DEADLINE);
    }

    @Test
    void catches_one_that_keeps_the_oldest() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Override
                    public void releaseOldest(long nowNanos, Release out) {
                        if (held.size() > 0) {
                            out.deliver((int) held.removeLast()[0]);
                        }
                    }
                }))
                .isIn(ReorderBufferRule.MAKES_ROOM, ReorderBufferRule.STARVES_NOTHING);
    }

    @Test
    void catches_one_that_keeps_the_release() {
        assertThat(broken(maxPackets -> new Delaying() {
                    @Nullable
                    Release kept;

                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        kept = kept == null ? out : kept;
                        kept.deliver(packet.id());
                    }
                }))
                .isEqualTo(ReorderBufferRule.KEEPS_NOTHING);
    }

    @Test
    void catches_one_that_fails_at_odd_numbers() {
        assertThat(broken(maxPackets -> new Delaying() {
                    private final byte[] seen = new byte[1 << 20];

                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        seen[(int) packet.sequence()]++;
                        out.deliver(packet.id());
                    }
                }))
                .isEqualTo(ReorderBufferRule.THROWS_NOTHING);
    }

    @Test
    void catches_one_that_allocates() {
        assertThat(broken(maxPackets -> new Delaying())).isEqualTo(ReorderBufferRule.ALLOCATES_NOTHING);
    }

    @Test
    void catches_one_that_does_not_order() {
        BrokenRule caught = catchThrowableOfType(
                BrokenRule.class, () -> ReorderBufferConformance.checkOrder(maxPackets -> new Delaying()));
        assertThat(caught.rule()).isEqualTo(ReorderBufferRule.ORDERS);
    }
}
