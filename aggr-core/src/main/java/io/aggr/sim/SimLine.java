package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A line in virtual time: both directions, with a port for packets at each end.
 *
 * <p>The near end is its owner's, the far end is on the Internet; "down" leads to the near end. With hosts directly at its
 * ports this is the bare line that a bond is compared with. {@link Internet} carries datagrams over the same line.
 *
 * @since 0.1
 */
public final class SimLine {
    private final String name;
    private final OneWay down;
    private final OneWay up;
    private final PacketPort near;
    private final PacketPort far;

    /**
     * A line.
     *
     * @param time the time in which it lives
     * @param spec what it is
     * @param seed seed of its loss and jitter
     */
    public SimLine(VirtualTime time, LineSpec spec, long seed) {
        SeededRandom seeds = new SeededRandom(seed);
        name = spec.name();
        down = new OneWay(time, spec.down(), seeds.nextLong());
        up = new OneWay(time, spec.up(), seeds.nextLong());
        near = new Port(up, down);
        far = new Port(down, up);
    }

    /**
     * Name of the line.
     *
     * @return the name given in its description
     */
    public String name() {
        return name;
    }

    /**
     * The owner's end.
     *
     * @return sends up, receives what came down
     */
    public PacketPort near() {
        return near;
    }

    /**
     * The Internet's end.
     *
     * @return sends down, receives what came up
     */
    public PacketPort far() {
        return far;
    }

    /**
     * Changes both directions from now on.
     *
     * @param spec what the line is from now on; the name is not looked at
     */
    public void change(LineSpec spec) {
        requireNonNull(spec, "spec");
        down.change(spec.down());
        up.change(spec.up());
    }

    /**
     * What the line is at present.
     *
     * @return name and settings
     */
    public LineSpec spec() {
        return new LineSpec(name, down.line().settings(), up.line().settings());
    }

    /**
     * Counters of the direction towards the owner.
     *
     * @return a snapshot
     */
    public LineStats downStats() {
        return down.line().stats();
    }

    /**
     * Counters of the direction from the owner.
     *
     * @return a snapshot
     */
    public LineStats upStats() {
        return up.line().stats();
    }

    OneWay down() {
        return down;
    }

    OneWay up() {
        return up;
    }

    private static final class Port implements PacketPort {
        private final OneWay out;
        private final OneWay in;

        Port(OneWay out, OneWay in) {
            this.out = out;
            this.in = in;
        }

        @Override
        public void send(ByteBuffer packet) {
            out.send(packet, 0, 0, 0);
        }

        @Override
        public void receiveWith(Receiver receiver) {
            requireNonNull(receiver, "receiver");
            in.deliverTo((packet, from, to) -> receiver.onPacket(packet));
        }
    }
}
