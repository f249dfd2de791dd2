package io.aggr.examples.lab.attack;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;

/**
 * A flood, or the look at a line that one of them needs before.
 *
 * <pre>
 *   observe PORT                                        prints "seen LINE INDEX COUNTER" once a packet has passed
 *   send KIND ADDRESS PORT RATE MILLIS KEY LINE INDEX COUNTER
 *                                                       prints "begin NANOS" and "end NANOS PACKETS"
 * </pre>
 */
public final class FloodMain {

    /** Name of the thread that sends. */
    public static final String THREAD = "flood";

    private static final long SEED = 1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private FloodMain() {}

    /**
     * Runs the program.
     *
     * @param arguments as described for the class
     * @throws Exception if it fails; the exit code is 1 then
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("observe")) {
            Observation seen = Observation.await(Integer.parseInt(arguments[1]));
            System.out.println("seen " + seen.line() + " " + seen.index() + " " + seen.counter());
            return;
        }
        FloodKind kind = FloodKind.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        Observation seen = new Observation(
                Integer.parseInt(arguments[7]), Integer.parseInt(arguments[8]), Integer.parseInt(arguments[9]));
        Inet4Address victim = (Inet4Address) InetAddress.getByName(arguments[2]);
        FloodPayload payload = new FloodPayload(kind, SEED, arguments[6], seen);
        FloodSender sender = new FloodSender(victim, Integer.parseInt(arguments[3]), payload, SEED);
        int packetsPerSecond = Integer.parseInt(arguments[4]);
        long durationNanos = Long.parseLong(arguments[5]) * NANOS_PER_MILLI;
        Thread thread = new Thread(
                () -> {
                    System.out.println("begin " + System.nanoTime());
                    long sent = sender.run(packetsPerSecond, durationNanos);
                    System.out.println("end " + System.nanoTime() + " " + sent);
                },
                THREAD);
        thread.start();
        thread.join();
    }
}
