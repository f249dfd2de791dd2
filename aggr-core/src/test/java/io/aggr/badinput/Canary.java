package io.aggr.badinput;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.Keys;
import io.aggr.LinkConfig;
import io.aggr.PacketChannel;
import io.aggr.PeerConfig;
import io.aggr.tun.TunSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Bonds with secrets that come over standard input, in a process of its own that logs all there is to log and prints all there is to print, while
 * things go well and while they go wrong. Whoever has sent the secrets looks for them in what was printed.
 */
final class Canary {

    private Canary() {}

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something fails that should not
     */
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String hubKey = in.readLine();
        String siteKey = in.readLine();
        String psk = in.readLine();
        String otherPsk = in.readLine();
        meet(hubKey, siteKey, psk, psk, true);
        meet(hubKey, siteKey, psk, otherPsk, false);
        for (String wrong : new String[] {hubKey + "x", hubKey.substring(1), "!" + hubKey.substring(1)}) {
            try {
                Bond bond = Bond.builder(hub(wrong, Keys.publicKey(siteKey), psk, address()))
                        .tun(PacketChannel.open(1400, 16).device())
                        .start();
                bond.close();
                throw new IllegalStateException("a wrong key was taken");
            } catch (IllegalArgumentException e) {
                e.printStackTrace(System.out);
            }
        }
        System.out.println("the canary is dead");
    }

    private static void meet(String hubKey, String siteKey, String hubPsk, String sitePsk, boolean agree)
            throws Exception {
        InetSocketAddress address = address();
        CountDownLatch heard = new CountDownLatch(1);
        BondListener listener = new BondListener() {
            @Override
            public void onSession(String peer) {
                if (agree) {
                    heard.countDown();
                }
            }

            @Override
            public void onWarning(String message) {
                System.out.println(message);
                if (!agree) {
                    heard.countDown();
                }
            }
        };
        BondConfig hubConfig = hub(hubKey, Keys.publicKey(siteKey), hubPsk, address);
        BondConfig siteConfig = BondConfig.of(
                        "site",
                        TunSettings.named("channel"),
                        noise("hub", Keys.publicKey(hubKey), sitePsk)
                                .withAllowedIps("10.0.2.0/24")
                                .withLinks(LinkConfig.udp("dsl", address)))
                .withEncapsulationOptions(Map.of("private-key", siteKey));
        System.out.println(hubConfig + " " + siteConfig);
        try (Bond hub = Bond.builder(hubConfig)
                        .tun(PacketChannel.open(1400, 16).device())
                        .start();
                Bond site = Bond.builder(siteConfig)
                        .tun(PacketChannel.open(1400, 16).device())
                        .listener(listener)
                        .start()) {
            if (!heard.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing was heard");
            }
            System.out.println(hub.stats() + " " + site.stats());
        }
    }

    private static BondConfig hub(String key, String site, String psk, InetSocketAddress address) {
        return BondConfig.hub(
                        "hub",
                        TunSettings.named("channel"),
                        LinkConfig.listening("listen", address),
                        noise("site", site, psk).withAllowedIps("10.0.1.0/24"))
                .withEncapsulationOptions(Map.of("private-key", key));
    }

    private static PeerConfig noise(String name, String publicKey, String psk) {
        return PeerConfig.of(
                name, new PeerConfig.Plugin("noise", Map.of("public-key", publicKey, "preshared-key", psk)));
    }

    private static InetSocketAddress address() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }
}
