package io.aggr.badinput;

import io.aggr.BondListener;
import io.aggr.internal.driver.BondDriver;
import io.aggr.link.LinkState;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A pair of bonds in a process of its own, all whose descriptors are in use while a link has to be opened again. Ends with 0 if all went well. */
final class FewDescriptors {

    private FewDescriptors() {}

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        loadAll();
        BreakableLink.Provider links = new BreakableLink.Provider();
        AtomicInteger ups = new AtomicInteger();
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (link.equals("lte") && state == LinkState.UP) {
                    ups.incrementAndGet();
                }
            }
        };
        try (LoopbackPair pair = LoopbackPair.breakable(links, listener)) {
            pair.up();
            // Once with descriptors: what has to be loaded for it is there afterwards.
            links.breakLink();
            carriesUntil(pair, () -> links.tries.get() >= 2 && ups.get() >= 2);
            List<SocketChannel> hoard = new ArrayList<>();
            IOException refused = exhaust(hoard);
            int tries = links.tries.get();
            int up = ups.get();
            links.breakLink();
            carriesUntil(pair, () -> links.tries.get() >= tries + 2);
            require(
                    "the reason is told: " + pair.site.stats().problems() + " " + refused.getMessage(),
                    pair.site.stats().problems().stream()
                            .anyMatch(problem ->
                                    problem.contains("link lte") && problem.contains("Too many open files")));
            require("not all the time", links.tries.get() < tries + 5);
            for (SocketChannel each : hoard) {
                each.close();
            }
            carriesUntil(pair, () -> ups.get() > up);
            require("no other link was touched", !pair.hasFailed() && pair.site.isRunning());
        }
        System.out.println("all came through");
    }

    /** A directory of classes costs a descriptor for each class, where a jar is open once and for all; users have jars. */
    private static void loadAll() throws IOException, ClassNotFoundException, URISyntaxException {
        for (Class<?> one : List.of(BondListener.class, BondDriver.class, FewDescriptors.class)) {
            Path root = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root.resolve("io/aggr"))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String name = root.relativize(file).toString().replace('/', '.');
                    if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                        loaded(name.substring(0, name.length() - ".class".length()));
                    }
                }
            }
        }
    }

    private static void loaded(String name) throws ClassNotFoundException {
        try {
            Class<?> unused = Class.forName(name, false, FewDescriptors.class.getClassLoader());
        } catch (NoClassDefFoundError e) {
            // It stands on something that only other tests have on their path.
            return;
        }
    }

    private static IOException exhaust(List<SocketChannel> hoard) {
        while (hoard.size() < 10_000) {
            try {
                hoard.add(SocketChannel.open());
            } catch (IOException e) {
                return e;
            }
        }
        throw new IllegalStateException("there is no end of descriptors here");
    }

    /** Packets come through all the time until something is the case. */
    private static void carriesUntil(LoopbackPair pair, BooleanSupplier condition) {
        for (int i = 0; i < 20_000 && !condition.getAsBoolean(); i++) {
            require("packet " + i + " comes through", pair.carries(i));
            LockSupport.parkNanos(1_000_000);
        }
        require("it comes to that: " + pair.site.stats().problems(), condition.getAsBoolean());
    }

    private static void require(String what, boolean condition) {
        if (!condition) {
            throw new IllegalStateException(what);
        }
    }
}
