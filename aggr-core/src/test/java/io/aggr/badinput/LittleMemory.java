package io.aggr.badinput;

import io.aggr.BondListener;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Random;

/** A pair of bonds in a process of its own, which carries packets while somebody sends garbage. Ends with 0 if all came through. */
final class LittleMemory {

    private LittleMemory() {}

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        Random random = new Random(58);
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, new BondListener() {});
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            pair.up();
            byte[] garbage = new byte[184];
            for (int i = 0; i < 2_000; i++) {
                for (int j = 0; j < 10; j++) {
                    random.nextBytes(garbage);
                    // Every other one looks like the beginning of a handshake.
                    garbage[0] = (byte) (j & 1);
                    garbage[1] = 1;
                    garbage[2] = 1;
                    garbage[3] = 0;
                    stranger.send(new DatagramPacket(garbage, garbage.length, pair.address));
                }
                if (i % 20 == 0 && !pair.carries(i)) {
                    throw new IllegalStateException("a packet did not come through");
                }
            }
        }
        System.out.println("all came through");
    }
}
