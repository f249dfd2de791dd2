package io.aggr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The kit and the contract: an encapsulator of a third party passes, and what is wrong with a changed one is named. */
class EncapsulatorConformanceTest {

    private static final EncapsulatorEnd END = new EncapsulatorEnd(Map.of(), Map.of("secret", "4711"));

    /** The good one, of which a test changes one thing. */
    private static class Changed implements EncapsulatorProvider, Encapsulator, Sealer, Opener, Handshake {
        Encapsulator good = new TwoStepEncapsulator.Provider().create(ProviderConfig.none(), () -> 0);

        @Override
        public String name() {
            return "changed";
        }

        @Override
        public boolean authenticates() {
            return true;
        }

        @Override
        public Encapsulator create(ProviderConfig config, LongSupplier random) {
            throw new UnsupportedOperationException();
        }

        Encapsulator over(LongSupplier random) {
            good = new TwoStepEncapsulator.Provider().create(ProviderConfig.none(), random);
            return this;
        }

        @Override
        public EncapsulationTraits traits() {
            return good.traits();
        }

        @Override
        public Sealer sealer() {
            return this;
        }

        @Override
        public Opener opener() {
            return this;
        }

        @Override
        public Handshake handshake() {
            return this;
        }

        @Override
        public void close() {
            good.close();
        }

        @Override
        public void install(Session session) {
            good.sealer().install(session);
            good.opener().install(session);
        }

        @Override
        public void remove(int peer) {
            good.sealer().remove(peer);
            good.opener().remove(peer);
        }

        @Override
        public boolean isReady(int peer) {
            return good.sealer().isReady(peer);
        }

        @Override
        public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
            return good.sealer().seal(peer, link, firstCounter, run, out);
        }

        @Override
        public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
            return good.opener().open(batch, index, localLink, nowNanos, result);
        }

        @Override
        public void addPeer(int peer, String name, ProviderConfig options) {
            good.handshake().addPeer(peer, name, options);
        }

        @Override
        public void removePeer(int peer) {
            good.handshake().removePeer(peer);
        }

        @Override
        public void connect(int peer, long nowNanos, HandshakeOutput out) {
            good.handshake().connect(peer, nowNanos, out);
        }

        @Override
        public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {
            good.handshake().receive(datagram, source, nowNanos, out);
        }

        @Override
        public void poll(long nowNanos, HandshakeOutput out) {
            good.handshake().poll(nowNanos, out);
        }

        @Override
        public long nanosToDeadline(long nowNanos) {
            return good.handshake().nanosToDeadline(nowNanos);
        }
    }

    private interface Maker {
        Changed make();
    }

    private static Rule broken(Maker maker) {
        EncapsulatorProvider provider = new Changed() {
            @Override
            public Encapsulator create(ProviderConfig config, LongSupplier random) {
                return maker.make().over(random);
            }
        };
        BrokenRule caught =
                catchThrowableOfType(BrokenRule.class, () -> EncapsulatorConformance.check(provider, END, END));
        assertThat(caught).as("nothing was found").isNotNull();
        return caught.rule();
    }

    @Test
    void lets_an_encapsulator_of_a_third_party_pass() {
        assertThatCode(() -> EncapsulatorConformance.check(new TwoStepEncapsulator.Provider(), END, END))
                .doesNotThrowAnyException();
    }

    @Test
    void ends_that_do_not_know_each_other_do_not_agree() {
        EncapsulatorEnd other = new EncapsulatorEnd(Map.of(), Map.of("secret", "4712"));
        assertThat(catchThrowableOfType(
                                BrokenRule.class,
                                () -> EncapsulatorConformance.check(new TwoStepEncapsulator.Provider(), END, other))
                        .rule())
                .isEqualTo(EncapsulatorRule.AGREES);
    }

    @Test
    void catches_a_handshake_that_tries_only_once() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public void poll(long nowNanos, HandshakeOutput out) {}

                    @Override
                    public long nanosToDeadline(long nowNanos) {
                        return Long.MAX_VALUE;
                    }
                }))
                .isEqualTo(EncapsulatorRule.SURVIVES_LOSS);
    }

    @Test
    void catches_one_that_opens_again_and_again() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
                        OpenOutcome outcome = super.open(batch, index, localLink, nowNanos, result);
                        if (outcome == OpenOutcome.REPLAYED) {
                            result.set(result.peer(), 7, 0, batch.offset(index) + 10, batch.length(index) - 18);
                            return OpenOutcome.OPENED;
                        }
                        return outcome;
                    }
                }))
                .isEqualTo(EncapsulatorRule.REFUSES_REPLAYED);
    }

    @Test
    void catches_one_that_does_not_check_the_last_byte() {
        assertThat(broken(() -> new Changed() {
                    private byte last;

                    @Override
                    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
                        int length = batch.length(index);
                        if (length >= 18 && batch.buffer().get(batch.offset(index)) == 3) {
                            result.set(
                                    peerOf(result), 7, counterOf(batch, index), batch.offset(index) + 10, length - 18);
                            OpenOutcome outcome = super.open(batch, index, localLink, nowNanos, result);
                            last = batch.buffer().get(batch.offset(index) + length - 1);
                            return outcome == OpenOutcome.UNAUTHENTIC && last != 0 ? OpenOutcome.OPENED : outcome;
                        }
                        return super.open(batch, index, localLink, nowNanos, result);
                    }

                    private int peerOf(Opened result) {
                        return result.peer();
                    }

                    private long counterOf(PacketBatch batch, int index) {
                        return batch.buffer().getLong(batch.offset(index) + 2);
                    }
                }))
                .isEqualTo(EncapsulatorRule.REFUSES_ALTERED);
    }

    @Test
    void catches_one_that_scribbles_over_what_it_refuses() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
                        OpenOutcome outcome = super.open(batch, index, localLink, nowNanos, result);
                        if (outcome == OpenOutcome.UNAUTHENTIC) {
                            batch.buffer().put(batch.offset(index), (byte) 99);
                        }
                        return outcome;
                    }
                }))
                .isEqualTo(EncapsulatorRule.WRITES_NOTHING_REFUSED);
    }

    @Test
    void catches_one_that_writes_beyond_its_region() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
                        int sealed = super.seal(peer, link, firstCounter, run, out);
                        if (sealed > 0) {
                            out.buffer().put(out.positionBytes(), (byte) 99);
                        }
                        return sealed;
                    }
                }))
                .isEqualTo(EncapsulatorRule.STAYS_INSIDE);
    }

    @Test
    void catches_one_that_mixes_up_counters() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
                        return super.seal(peer, link, firstCounter + 1, run, out);
                    }
                }))
                .isEqualTo(EncapsulatorRule.COUNTERS);
    }

    @Test
    void catches_one_that_throws_at_nonsense() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
                        OpenOutcome outcome = super.open(batch, index, localLink, nowNanos, result);
                        if (outcome == OpenOutcome.SHORT) {
                            throw new IllegalArgumentException("short");
                        }
                        return outcome;
                    }
                }))
                .isEqualTo(EncapsulatorRule.THROWS_NOTHING);
    }

    @Test
    void catches_one_that_cannot_let_go() {
        assertThat(broken(() -> new Changed() {
                    @Override
                    public void remove(int peer) {}
                }))
                .isEqualTo(EncapsulatorRule.FORGETS);
    }
}
