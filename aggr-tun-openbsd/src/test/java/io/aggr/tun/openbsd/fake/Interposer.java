package io.aggr.tun.openbsd.fake;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Platform;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the module and a kernel: writes down what is asked, and gives some answers in the kernel's place that it gives seldom or never.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class Interposer {

    /** In place of an answer: let the kernel say it. */
    public static final long KERNEL = Long.MIN_VALUE;

    /** A call by its name; numbers as they were, and the number of an option in place of its address. */
    public record Call(String name, List<Long> arguments) {}

    private final Libc kernel;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, Queue<Long>> answers = new ConcurrentHashMap<>();
    private volatile int found;

    public Interposer(Libc kernel) {
        this.kernel = kernel;
    }

    /** The machine as seen through this. */
    public Platform platform() {
        return new Platform("OpenBSD", "amd64", libc());
    }

    private Libc libc() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> ask(method, arguments));
    }

    /** The next answers to calls of one function; negated error numbers are errors. */
    public void answer(String call, long... values) {
        Queue<Long> queue = answers.computeIfAbsent(call, name -> new ConcurrentLinkedQueue<>());
        Arrays.stream(values).forEach(queue::add);
    }

    /** The next poll(2) finds this on the first descriptor behind the pipe. */
    public void find(int events) {
        found = events;
    }

    /** The calls of one function so far. */
    public List<Call> calls(String name) {
        return calls.stream().filter(call -> call.name().equals(name)).toList();
    }

    private Object ask(Method method, @Nullable Object[] arguments) throws IllegalAccessException {
        Long[] numbers = Arrays.stream(arguments)
                .map(each -> ((Number) each).longValue())
                .toArray(Long[]::new);
        if (method.getName().equals("setsockopt")) {
            numbers[3] = (long) View.bytes(numbers[3], Integer.BYTES).getInt(0);
        }
        calls.add(new Call(method.getName(), List.of(numbers)));
        if (found != 0 && method.getName().equals("ppoll")) {
            View.bytes(numbers[0] + Abi.Pollfd.SIZE, Abi.Pollfd.SIZE).putShort(Abi.Pollfd.REVENTS, (short) found);
            found = 0;
            return 1;
        }
        Queue<Long> queue = answers.get(method.getName());
        Long answer = queue == null ? null : queue.poll();
        if (answer != null && answer != KERNEL) {
            return method.getReturnType() == int.class ? (Object) answer.intValue() : (Object) answer;
        }
        try {
            return method.invoke(kernel, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(method.getName(), e.getCause());
        }
    }
}
