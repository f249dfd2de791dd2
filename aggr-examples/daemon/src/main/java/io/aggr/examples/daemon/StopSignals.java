package io.aggr.examples.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first one asks for a clean stop, the second one ends the program at once with 128 plus its number. SIGHUP asks for the
 * configuration to be read again; one that comes before anybody listens is ignored.
 *
 * <p>The JVM's own handlers cannot do the second part. Its signal class lives in {@code sun.misc} and javac refuses to link to it without a warning,
 * hence the reflection; where it is missing the JVM's own handlers stay, and shutdown hooks do the clean stop.
 */
final class StopSignals implements StopRequest {

    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

    private final CompletableFuture<String> stop = new CompletableFuture<>();
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> reload = new AtomicReference<>();

    private StopSignals() {}

    /** Listens for the signals from now on. */
    static StopSignals install() {
        StopSignals result = new StopSignals();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (proxy, method, arguments) -> {
                if (arguments == null || !method.getName().equals("handle")) {
                    return method.getName().equals("equals") ? proxy == (arguments == null ? null : arguments[0]) : 0;
                }
                Object name = signal.getMethod("getName").invoke(arguments[0]);
                Object number = signal.getMethod("getNumber").invoke(arguments[0]);
                result.onSignal(String.valueOf(name), number instanceof Integer n ? n : 0);
                return null;
            };
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal);
            for (String name : List.of("TERM", "INT", "HUP")) {
                Object made = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, made, proxy);
            }
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            log.debug("signals are left to the JVM", e);
        }
        return result;
    }

    private void onSignal(String name, int number) {
        if (name.equals("HUP")) {
            Runnable action = reload.get();
            if (action != null) {
                action.run();
            }
            return;
        }
        if (signals.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(128 + number);
        }
        stop.complete("SIG" + name);
    }

    /** The JVM calls a signal's handler on a thread made for it. */
    @Override
    public void whenToReload(Runnable action) {
        reload.set(action);
    }

    @Override
    public void whenAsked(Consumer<String> action) {
        stop.thenAccept(action).exceptionally(problem -> {
            log.error("the stop failed", problem);
            return null;
        });
    }
}
