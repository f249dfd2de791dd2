package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.Keys;
import io.aggr.LinkConfig;
import io.aggr.PacketChannel;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Row 73 of docs/bad-inputs.md: the interface used wrongly. */
@Isolated
@Timeout(60)
class MisuseTest {

    private static final BondListener NOBODY = new BondListener() {};

    /** Nothing may take longer. A machine without time for anybody gets three tries. */
    private static final long MOST_MILLIS = 2_000;

    private static void withinTwoSeconds(ThrowingRunnable work) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception | AssertionError e) {
                failure.set(e);
            }
        });
        thread.start();
        thread.join(MOST_MILLIS);
        assertThat(thread.isAlive()).as("hangs").isFalse();
        assertThat(failure.get()).isNull();
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    private static Bond.Builder aHub() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return Bond.builder(BondConfig.hub(
                            "hub",
                            TunSettings.named("channel"),
                            LinkConfig.listening(
                                    "listen",
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort())),
                            aPeer("site"))
                    .withEncapsulationOptions(Map.of("private-key", Keys.newPrivateKey())));
        }
    }

    private static PeerConfig aPeer(String name) {
        return PeerConfig.noise(name, Keys.publicKey(Keys.newPrivateKey())).withAllowedIps("10.2.0.0/16");
    }

    @Test
    void row_73_a_builder_that_has_started_a_bond_starts_no_other_and_does_it_no_harm() throws Exception {
        PacketChannel channel = PacketChannel.open(1_400, 16);
        Bond.Builder builder = aHub().tun(channel.device());
        try (Bond bond = builder.start()) {
            assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("once");
            assertThat(bond.isRunning()).isTrue();
            assertThat(channel.send(ByteBuffer.wrap(Packets.good(100)))).isTrue();
        }
        assertThatIllegalStateException().isThrownBy(builder::start);
    }

    @Test
    void row_73_a_channel_that_the_program_closes_ends_its_bond_and_says_so() throws Exception {
        PacketChannel channel = PacketChannel.open(1_400, 16);
        List<String> failures = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        try (Bond bond = aHub().tun(channel.device())
                .listener(new BondListener() {
                    @Override
                    public void onFailure(String message) {
                        failures.add(message);
                        told.countDown();
                    }
                })
                .start()) {
            channel.device().close();
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(failures).singleElement().asString().contains("closed");
            assertThat(bond.isRunning()).isFalse();
        }
    }

    @Test
    void row_73_a_bond_may_be_closed_while_it_shakes_hands_and_by_several_threads_at_once() throws Exception {
        LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, NOBODY);
        // Not up yet: the handshake is under way.
        List<Thread> closers = List.of(new Thread(pair::close), new Thread(pair::close), new Thread(pair.site::close));
        closers.forEach(Thread::start);
        for (Thread closer : closers) {
            closer.join(MOST_MILLIS);
            assertThat(closer.isAlive()).isFalse();
        }
        withinTwoSeconds(pair::close);
        assertThat(pair.site.isRunning()).isFalse();
        assertThat(pair.site.stats().peers()).hasSize(1);
        for (Thread thread : pair.siteThreads) {
            if (!thread.getName().endsWith("events")) {
                thread.join(MOST_MILLIS);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void row_73_a_bond_may_be_closed_by_its_listener_and_while_it_carries_packets() throws Exception {
        AtomicReference<Bond> site = new AtomicReference<>();
        AtomicInteger closes = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                Bond bond = site.get();
                if (bond != null && state != LinkState.UP && closes.incrementAndGet() == 1) {
                    bond.close();
                    closed.countDown();
                }
            }
        })) {
            pair.up();
            site.set(pair.site);
            AtomicInteger refused = new AtomicInteger();
            Thread sender = new Thread(() -> {
                while (refused.get() == 0) {
                    if (!pair.siteChannel().send(ByteBuffer.wrap(Packets.good(100)), Duration.ofSeconds(5))) {
                        refused.incrementAndGet();
                    }
                }
            });
            sender.start();
            // The lines go down, the listener hears of it.
            pair.hub.close();
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            sender.join(MOST_MILLIS);
            assertThat(refused).as("the sender is not left waiting").hasValue(1);
        }
    }

    @Test
    void row_73_what_comes_after_the_end_is_refused_at_once_or_does_nothing() throws Exception {
        LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, NOBODY);
        pair.up();
        pair.close();
        withinTwoSeconds(() -> {
            Duration long_ = Duration.ofSeconds(60);
            assertThat(pair.siteChannel().send(ByteBuffer.wrap(Packets.good(100))))
                    .isFalse();
            assertThat(pair.siteChannel().send(ByteBuffer.wrap(Packets.good(100)), long_))
                    .isFalse();
            assertThat(pair.siteChannel().receive(ByteBuffer.allocate(1_400), long_))
                    .isZero();
            assertThat(pair.hub.stats().peers()).hasSize(1);
            assertThat(pair.hub.config().peers()).hasSize(1);
            assertThatIllegalStateException()
                    .isThrownBy(() -> pair.hub.addPeer(aPeer("other").withAllowedIps("10.9.0.0/16")));
            assertThatIllegalStateException().isThrownBy(() -> pair.hub.changePeers(List.of(aPeer("other"))));
            assertThatIllegalStateException().isThrownBy(() -> pair.hub.removePeer("site"));
            pair.hub.close();
            pair.site.close();
        });
    }

    @Test
    void row_73_null_is_refused_by_name_and_changes_nothing() throws Exception {
        PacketChannel channel = PacketChannel.open(1_400, 16);
        assertThatNullPointerException().isThrownBy(() -> Bond.builder(null));
        Bond.Builder builder = aHub();
        assertThatNullPointerException().isThrownBy(() -> builder.providers(null));
        assertThatNullPointerException().isThrownBy(() -> builder.listener(null));
        assertThatNullPointerException().isThrownBy(() -> builder.tun(null));
        assertThatNullPointerException().isThrownBy(() -> builder.threads(null));
        assertThatNullPointerException().isThrownBy(() -> Bond.check(null, Providers.discover()));
        try (Bond bond = builder.tun(channel.device()).start()) {
            assertThatNullPointerException().isThrownBy(() -> bond.addPeer(null));
            assertThatNullPointerException().isThrownBy(() -> bond.removePeer(null));
            assertThatNullPointerException().isThrownBy(() -> bond.changePeers(null));
            assertThatNullPointerException().isThrownBy(() -> channel.send(null));
            assertThatNullPointerException().isThrownBy(() -> channel.receive(null, Duration.ofMillis(1)));
            assertThat(bond.isRunning()).isTrue();
            assertThat(channel.send(ByteBuffer.wrap(Packets.good(100)))).isTrue();
            assertThat(bond.stats().peers()).hasSize(1);
        }
    }
}
