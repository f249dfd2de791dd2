package io.aggr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.SocketAddress;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The kit and the contract: a link of a third party passes, and what is wrong with a changed one is named. */
class LinkConformanceTest {

    private static class Changed implements Link {
        final Link good;

        Changed(Link good) {
            this.good = good;
        }

        @Override
        public String name() {
            return good.name();
        }

        @Override
        public Watch watch() {
            return good.watch();
        }

        @Override
        public int overheadBytes(int remote) {
            return good.overheadBytes(remote);
        }

        @Override
        public int maxDatagramBytes() {
            return good.maxDatagramBytes();
        }

        @Override
        public int receive(PacketBatch batch) {
            return good.receive(batch);
        }

        @Override
        public LinkFault receiveFault() {
            return good.receiveFault();
        }

        @Override
        public int send(PacketBatch batch, int from, int count, int remote) {
            return good.send(batch, from, count, remote);
        }

        @Override
        public LinkFault fault() {
            return good.fault();
        }

        @Override
        public boolean isKept(int remote) {
            return good.isKept(remote);
        }

        @Override
        public int keep(int remote) {
            return good.keep(remote);
        }

        @Override
        public void release(int remote) {
            good.release(remote);
        }

        @Override
        public @Nullable SocketAddress address(int remote) {
            return good.address(remote);
        }

        @Override
        public @Nullable SocketAddress localAddress() {
            return good.localAddress();
        }

        @Override
        public void close() {
            good.close();
        }
    }

    private static Rule broken(UnaryOperator<Link> change) {
        BrokenRule caught = catchThrowableOfType(
                BrokenRule.class,
                () -> LinkConformance.check(() -> {
                    LinkPair pair = MemoryLink.pair();
                    return new LinkPair(change.apply(pair.caller()), change.apply(pair.callee()));
                }));
        assertThat(caught).as("nothing was found").isNotNull();
        return caught.rule();
    }

    @Test
    void lets_a_link_that_pushes_pass() {
        assertThatCode(() -> LinkConformance.check(MemoryLink::pair)).doesNotThrowAnyException();
    }

    @Test
    void catches_one_that_says_nothing_when_it_is_closed() {
        assertThat(broken(good -> new Changed(good) {
                    private boolean closed;

                    @Override
                    public int send(PacketBatch batch, int from, int count, int remote) {
                        return closed ? count : super.send(batch, from, count, remote);
                    }

                    @Override
                    public void close() {
                        closed = true;
                        super.close();
                    }
                }))
                .isEqualTo(LinkRule.CLOSED);
    }

    @Test
    void catches_one_that_cuts_what_does_not_fit() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public int receive(PacketBatch batch) {
                        int count = super.receive(batch);
                        for (int i = 0; i < count; i++) {
                            if (batch.limitBytes() < 1000) {
                                batch.trim(i, batch.offset(i), Math.min(batch.length(i), 33));
                            }
                        }
                        return count;
                    }
                }))
                .isEqualTo(LinkRule.WHOLE_OR_NOT);
    }

    @Test
    void catches_one_that_sends_what_is_too_large() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public int maxDatagramBytes() {
                        return 1500;
                    }
                }))
                .isEqualTo(LinkRule.REFUSES_TOO_LARGE);
    }

    @Test
    void catches_one_that_gives_a_far_end_a_new_id_each_time() {
        assertThat(broken(good -> new Changed(good) {
                    private int next = 5;

                    @Override
                    public int keep(int remote) {
                        return next++;
                    }

                    @Override
                    public boolean isKept(int remote) {
                        return true;
                    }
                }))
                .isEqualTo(LinkRule.KEEPS);
    }

    @Test
    void catches_one_that_writes_over_what_it_sends() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public int send(PacketBatch batch, int from, int count, int remote) {
                        int sent = super.send(batch, from, count, remote);
                        batch.buffer().put(batch.offset(from), (byte) -1);
                        return sent;
                    }
                }))
                .isEqualTo(LinkRule.LEAVES_THE_BATCH);
    }

    @Test
    void catches_one_that_throws() {
        assertThat(broken(good -> new Changed(good) {
                    @Override
                    public void close() {
                        throw new IllegalStateException("closed twice");
                    }
                }))
                .isEqualTo(LinkRule.THROWS_NOTHING);
    }
}
