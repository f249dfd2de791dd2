package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.PacketChannel;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class ChannelTunTest {

    private static final long LONG_NANOS = Duration.ofSeconds(30).toNanos();

    private final PacketChannel channel = PacketChannel.open(600, 4);
    private final TunDevice device = channel.device();

    @Test
    void hands_packets_of_the_program_to_the_bond_in_order() throws IOException {
        assertThat(channel.send(packet(1))).isTrue();
        assertThat(channel.send(packet(2))).isTrue();

        PacketBatch batch = batch(4);
        assertThat(device.read(batch)).isEqualTo(2);
        assertThat(batch.buffer().get(batch.offset(0))).isEqualTo((byte) 1);
        assertThat(batch.buffer().get(batch.offset(1))).isEqualTo((byte) 2);
        assertThat(batch.length(1)).isEqualTo(100);
    }

    @Test
    void hands_packets_of_the_bond_to_the_program_and_refuses_what_finds_no_room() throws IOException {
        PacketBatch batch = batch(6);
        for (int i = 0; i < 6; i++) {
            int offset = batch.nextOffset();
            batch.buffer().put(offset, (byte) i);
            batch.add(offset, 50 + i);
        }
        assertThat(device.write(batch, 0, 6)).isEqualTo(4);
        assertThat(device.refusedPackets()).isEqualTo(2);

        ByteBuffer target = ByteBuffer.allocate(600);
        assertThat(channel.receive(target, Duration.ZERO)).isEqualTo(50);
        assertThat(channel.receive(target, Duration.ZERO)).isEqualTo(51);
        assertThat(target.position()).isEqualTo(101);
        assertThat(target.get(50)).isEqualTo((byte) 1);
    }

    @Test
    void presses_back_when_the_bond_does_not_read() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(channel.send(packet(i))).isTrue();
        }
        ByteBuffer fifth = packet(4);
        assertThat(channel.send(fifth)).isFalse();
        assertThat(channel.send(fifth, Duration.ofMillis(1))).isFalse();
        assertThat(fifth.remaining()).isEqualTo(100);

        assertThat(device.read(batch(1))).isEqualTo(1);
        assertThat(channel.send(fifth, Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void keeps_a_packet_that_does_not_fit_the_target() {
        PacketBatch batch = batch(1);
        batch.add(batch.nextOffset(), 200);
        ((ChannelTun) device).write(batch, 0, 1);

        assertThatThrownBy(() -> channel.receive(ByteBuffer.allocate(199), Duration.ZERO))
                .isInstanceOf(BufferOverflowException.class);
        assertThat(channel.receive(ByteBuffer.allocate(200), Duration.ZERO)).isEqualTo(200);
    }

    @Test
    void refuses_a_packet_longer_than_its_mtu() {
        assertThatThrownBy(() -> channel.send(ByteBuffer.allocate(601)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("600");
    }

    @Test
    void wakes_a_waiting_bond_for_packets_for_a_wake_up_and_for_closing() throws Exception {
        Thread forPackets = waiting(true);
        channel.send(packet(1));
        forPackets.join(10_000);
        assertThat(forPackets.isAlive()).isFalse();

        Thread forWakeUp = waiting(false);
        device.wakeup();
        forWakeUp.join(10_000);
        assertThat(forWakeUp.isAlive()).isFalse();

        Thread forClosing = waiting(false);
        device.close();
        forClosing.join(10_000);
        assertThat(forClosing.isAlive()).isFalse();
    }

    @Test
    void ends_a_waiting_receiver_when_it_is_closed() throws Exception {
        Thread receiver = new Thread(() -> channel.receive(ByteBuffer.allocate(600), Duration.ofSeconds(30)));
        receiver.start();
        awaitParked(receiver);
        device.close();
        receiver.join(10_000);
        assertThat(receiver.isAlive()).isFalse();
        assertThat(channel.send(packet(1))).isFalse();
    }

    private Thread waiting(boolean forPackets) {
        Thread thread = new Thread(() -> {
            try {
                device.await(LONG_NANOS, forPackets);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        awaitParked(thread);
        return thread;
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private static ByteBuffer packet(int first) {
        return ByteBuffer.allocate(100).put(0, (byte) first);
    }

    private static PacketBatch batch(int packets) {
        int bytes = packets * (600 + PacketBatch.HEADROOM_BYTES + PacketBatch.TAILROOM_BYTES);
        PacketBatch batch = new PacketBatch(new Slab(bytes), packets);
        batch.open(0, bytes);
        return batch;
    }
}
