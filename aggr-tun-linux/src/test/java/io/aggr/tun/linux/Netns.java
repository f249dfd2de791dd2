package io.aggr.tun.linux;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace for one test. What {@link #call} runs sees its interfaces; sockets and devices opened there stay in it wherever they are
 * used afterwards, and so do threads started there. The name holds the process id, so that tests of several builds do not meet.
 */
public final class Netns implements AutoCloseable {

    private static final long LONGEST_CALL_SECONDS = 60;
    private static final int CLONE_NEWNET = 0x4000_0000;

    static {
        Native.register(Netns.class, NativeLibrary.getProcess());
    }

    private final String name;

    private Netns(String name) {
        this.name = name;
    }

    /** Makes a namespace with its loopback up. */
    public static Netns create(String tag) throws IOException {
        Netns netns = new Netns("aggr-t" + ProcessHandle.current().pid() + "-" + tag);
        run("ip", "netns", "add", netns.name);
        netns.ip("link", "set", "lo", "up");
        return netns;
    }

    /** Joins two namespaces by a pair of Ethernet interfaces. */
    public static void join(Netns one, String oneDevice, Netns other, String otherDevice) throws IOException {
        one.ip("link", "add", oneDevice, "type", "veth", "peer", "name", otherDevice, "netns", other.name);
        one.ip("link", "set", oneDevice, "up");
        other.ip("link", "set", otherDevice, "up");
    }

    public String name() {
        return name;
    }

    /** Runs {@code ip} in the namespace and answers what it prints. */
    public String ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Runs a program inside the namespace and answers what it prints. */
    public String exec(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Packets that an interface has received. */
    public long receivedPackets(String device) throws IOException {
        String line = exec("cat", "/proc/net/dev")
                .lines()
                .map(String::strip)
                .filter(l -> l.startsWith(device + ":"))
                .findFirst()
                .orElseThrow();
        // "name: bytes packets errors ..."
        return Long.parseLong(line.split("\\s+", -1)[2]);
    }

    /** Runs code inside the namespace, on a thread of its own. */
    public <T> T call(Callable<T> code) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return code.call();
        });
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "delete", name);
    }

    private void enter() throws IOException {
        NativeMemory path = NativeMemory.text("/run/netns/" + name);
        int descriptor = Libc.open(path.address(), Libc.O_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new SystemCallException("open namespace " + name, Libc.errno(), "");
        }
        try {
            if (setns(descriptor, CLONE_NEWNET) < 0) {
                throw new SystemCallException("setns", Libc.errno(), "");
            }
        } finally {
            Libc.close(descriptor);
        }
    }

    private static native int setns(int descriptor, int kind);

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no answer from " + Arrays.toString(command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + Arrays.toString(command), e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(Arrays.toString(command) + ": " + output.strip());
        }
        return output;
    }
}
