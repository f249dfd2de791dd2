package io.aggr.testkit;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import java.nio.ByteBuffer;

/** Packet, lines and picks that are good for one call. Touched at any other time, they remember it and throw. */
final class SchedulerGuard {

    private final Links links;
    private final Packet packet;
    private final Answer answer;
    private boolean open;
    private boolean touchedLate;
    private long looks;

    SchedulerGuard(ScriptedLinks links, OutgoingPacket packet, Picks picks) {
        this.links = new Links(links);
        this.packet = new Packet(packet);
        answer = new Answer(picks);
    }

    void open() {
        open = true;
    }

    void close() {
        open = false;
    }

    boolean wasTouchedLate() {
        return touchedLate;
    }

    /** How many questions lines and packet have answered so far. */
    long looks() {
        return looks;
    }

    OutgoingPacket packet() {
        return packet;
    }

    LinkSet links() {
        return links;
    }

    LinkView link(int index) {
        return links.views[index];
    }

    Picks picks() {
        return answer;
    }

    private void touch() {
        looks++;
        if (!open) {
            touchedLate = true;
            throw new IllegalStateException("used after the call that handed it over");
        }
    }

    private final class Links implements LinkSet {
        private final ScriptedLinks real;
        private final View[] views = new View[16];

        Links(ScriptedLinks real) {
            this.real = real;
            for (int i = 0; i < views.length; i++) {
                views[i] = new View(i);
            }
        }

        @Override
        public int size() {
            touch();
            return real.size();
        }

        @Override
        public LinkView get(int index) {
            touch();
            if (index < 0 || index >= real.size()) {
                throw new IndexOutOfBoundsException("line " + index + " of " + real.size());
            }
            return views[index];
        }

        private final class View implements LinkView {
            private final int index;

            View(int index) {
                this.index = index;
            }

            private ScriptedLink link() {
                touch();
                return real.get(index);
            }

            @Override
            public int index() {
                return link().index();
            }

            @Override
            public String name() {
                return link().name();
            }

            @Override
            public LinkState state() {
                return link().state();
            }

            @Override
            public boolean isMeasured() {
                return link().isMeasured();
            }

            @Override
            public long rateBitsPerSecond() {
                return link().rateBitsPerSecond();
            }

            @Override
            public long delayNanos() {
                return link().delayNanos();
            }

            @Override
            public long rttNanos() {
                return link().rttNanos();
            }

            @Override
            public double lossRatio() {
                return link().lossRatio();
            }

            @Override
            public int backlogBytes() {
                return link().backlogBytes();
            }

            @Override
            public int costTier() {
                return link().costTier();
            }

            @Override
            public int weight() {
                return link().weight();
            }

            @Override
            public int maxPacketBytes() {
                return link().maxPacketBytes();
            }

            @Override
            public boolean accepts(OutgoingPacket asked) {
                return link().accepts(asked);
            }

            @Override
            public long nanosUntilFree(long nowNanos) {
                return link().nanosUntilFree(nowNanos);
            }

            @Override
            public long serializationNanos(OutgoingPacket asked) {
                return link().serializationNanos(asked);
            }
        }
    }

    private final class Packet implements OutgoingPacket {
        private final OutgoingPacket real;

        Packet(OutgoingPacket real) {
            this.real = real;
        }

        private OutgoingPacket packet() {
            touch();
            return real;
        }

        @Override
        public ByteBuffer buffer() {
            return packet().buffer();
        }

        @Override
        public int offset() {
            return packet().offset();
        }

        @Override
        public int lengthBytes() {
            return packet().lengthBytes();
        }

        @Override
        public int flowHash() {
            return packet().flowHash();
        }

        @Override
        public TrafficClass trafficClass() {
            return packet().trafficClass();
        }

        @Override
        public int count() {
            return packet().count();
        }

        @Override
        public int totalBytes() {
            return packet().totalBytes();
        }

        @Override
        public boolean isRepair() {
            return packet().isRepair();
        }

        @Override
        public long waitedNanos() {
            return packet().waitedNanos();
        }
    }

    private final class Answer implements Picks {
        private final Picks real;

        Answer(Picks real) {
            this.real = real;
        }

        @Override
        public void add(int linkIndex) {
            touch();
            real.add(linkIndex);
        }

        @Override
        public void drop() {
            touch();
            real.drop();
        }

        @Override
        public void waitAtMost(long nanos) {
            touch();
            real.waitAtMost(nanos);
        }
    }
}
