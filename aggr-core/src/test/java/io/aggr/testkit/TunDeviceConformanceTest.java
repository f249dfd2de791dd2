package io.aggr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.io.IOException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The kit and the contract: a device of a third party passes, and what is wrong with a changed one is named. */
class TunDeviceConformanceTest {

    private static class Changed implements TunDevice {
        final TunDevice good;

        Changed(TunDevice good) {
            this.good = good;
        }

        @Override
        public String name() {
            return good.name();
        }

        @Override
        public int mtuBytes() {
            return good.mtuBytes();
        }

        @Override
        public Set<TunOffload> offloads() {
            return good.offloads();
        }

        @Override
        public int maxReadBytes() {
            return good.maxReadBytes();
        }

        @Override
        public int read(PacketBatch batch) throws IOException {
            return good.read(batch);
        }

        @Override
        public int write(PacketBatch batch, int from, int count) throws IOException {
            return good.write(batch, from, count);
        }

        @Override
        public long refusedPackets() {
            return good.refusedPackets();
        }

        @Override
        public void await(long timeoutNanos, boolean forPackets) throws IOException {
            good.await(timeoutNanos, forPackets);
        }

        @Override
        public void wakeup() {
            good.wakeup();
        }

        @Override
        public void close() {
            good.close();
        }
    }

    private static Rule broken(Function<TunDevice, TunDevice> change) {
        BrokenRule caught = catchThrowableOfType(
                BrokenRule.class,
                () -> TunDeviceConformance.check(() -> {
                    SuperPacketDevice good = new SuperPacketDevice();
                    TunDevice changed = change.apply(good);
                    return new TunHarness() {
                        @Override
                        public TunDevice device() {
                            return changed;
                        }

                        @Override
                        public void inject(byte[] packet) {
                            good.inject(packet);
                        }

                        @Override
                        public byte @Nullable [] extract() {
                            return good.extract();
                        }

                        @Override
                        public void close() {
                            good.close();
                        }
                    };
                }));
        assertThat(caught).as("nothing was found").isNotNull();
        return caught.rule();
    }

    @Test
    void lets_a_device_with_super_packets_pass() {
        assertThatCode(() -> TunDeviceConformance.check(SuperPacketDevice::new)).doesNotThrowAnyException();
    }

    @Test
    void a_device_may_deliver_super_packets() throws IOException {
        SuperPacketDevice device = new SuperPacketDevice();
        device.injectSuper(new byte[40 + 20_000], 1360);
        device.inject(new byte[100]);
        PacketBatch batch = new PacketBatch(new Slab(200_000), 4);
        batch.open(0, 200_000);
        assertThat(device.read(batch)).isEqualTo(2);
        assertThat(batch.segmentBytes(0)).isEqualTo(1360);
        assertThat(batch.checksumStart(0)).isEqualTo(20);
        assertThat(batch.checksumOffset(0)).isEqualTo(16);
        assertThat(batch.segmentBytes(1)).isZero();
        assertThat(batch.checksumStart(1)).isEqualTo(PacketBatch.CHECKSUM_COMPLETE);
    }

    @Test
    void catches_one_that_does_not_declare_its_super_packets() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public Set<TunOffload> offloads() {
                        return Set.of();
                    }

                    @Override
                    public int read(PacketBatch batch) throws IOException {
                        int count = super.read(batch);
                        if (count > 0) {
                            batch.markSegments(0, 100, PacketBatch.CHECKSUM_COMPLETE, 0);
                        }
                        return count;
                    }
                }))
                .isEqualTo(TunDeviceRule.DECLARES);
    }

    @Test
    void catches_one_that_drops_without_counting() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public int write(PacketBatch batch, int from, int count) throws IOException {
                        return super.write(batch, from, Math.min(count, 3));
                    }
                }))
                .isEqualTo(TunDeviceRule.WRITES);
    }

    @Test
    void catches_one_that_writes_over_packets() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public int write(PacketBatch batch, int from, int count) throws IOException {
                        int taken = super.write(batch, from, count);
                        batch.buffer().put(batch.offset(from) + batch.length(from), (byte) 99);
                        return taken;
                    }
                }))
                .isEqualTo(TunDeviceRule.LEAVES_THE_PACKET);
    }

    @Test
    void catches_one_that_is_woken_by_packets_it_should_not_look_at() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public void await(long timeoutNanos, boolean forPackets) throws IOException {
                        super.await(timeoutNanos, true);
                    }
                }))
                .isEqualTo(TunDeviceRule.IGNORES_PACKETS);
    }

    @Test
    void catches_one_that_throws_something_else() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public void wakeup() {
                        throw new IllegalStateException("nobody waits");
                    }
                }))
                .isEqualTo(TunDeviceRule.THROWS_NOTHING_ELSE);
    }
}
