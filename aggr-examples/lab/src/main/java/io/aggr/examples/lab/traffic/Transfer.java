package io.aggr.examples.lab.traffic;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small program that sends bulk data over TCP, one process at each host of the lab. It needs nothing but the JDK, so
 * that it starts quickly. Sockets keep the buffers that the kernel gives them.
 *
 * <pre>
 *   Transfer server ADDRESS PORT
 *   Transfer client ADDRESS PORT down|up ID CONNECTIONS MILLIS BYTES
 * </pre>
 *
 * <p>Each connection begins with what the client wants; then one side sends until its share of the bytes has gone or the
 * other side ends it. Whoever receives prints what arrives (see {@link TransferResult}), by {@link System#nanoTime},
 * which all processes of a Linux machine share.
 */
public final class Transfer {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int LOOK_UP_MILLIS = 50;
    private static final long GRACE_NANOS = 3_000_000_000L;

    private final PrintStream out;
    private final Map<Long, Session> sessions = new HashMap<>();

    private Transfer(PrintStream out) {
        this.out = out;
    }

    /** What belongs to one transfer at its receiver. */
    private static final class Session {
        final Meter meter;
        int missing;

        Session(Meter meter, int connections) {
            this.meter = meter;
            this.missing = connections;
        }
    }

    /** What a client wants of one connection. */
    private record Wish(boolean down, long id, int connections, long durationMillis, long bytes) {

        static Wish read(InputStream stream) throws IOException {
            DataInputStream in = new DataInputStream(stream);
            return new Wish(in.readBoolean(), in.readLong(), in.readInt(), in.readLong(), in.readLong());
        }

        void write(OutputStream stream) throws IOException {
            java.io.ByteArrayOutputStream bytesOut = new java.io.ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(bytesOut);
            data.writeBoolean(down);
            data.writeLong(id);
            data.writeInt(connections);
            data.writeLong(durationMillis);
            data.writeLong(bytes);
            stream.write(bytesOut.toByteArray());
        }

        long durationNanos() {
            return durationMillis * 1_000_000;
        }

        /** Bytes of one connection, or {@link Long#MAX_VALUE}. */
        long shareBytes() {
            return bytes == 0 ? Long.MAX_VALUE : (bytes + connections - 1) / connections;
        }
    }

    /**
     * Runs the server or the client.
     *
     * @param arguments as described for the class
     * @throws Exception if it fails; the exit code is 1 then
     */
    public static void main(String[] arguments) throws Exception {
        Transfer transfer = new Transfer(System.out);
        InetAddress address = InetAddress.getByName(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("server")) {
            transfer.serve(address, port);
        } else {
            Wish wish = new Wish(
                    arguments[3].equals("down"),
                    Long.parseLong(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    Long.parseLong(arguments[6]),
                    Long.parseLong(arguments[7]));
            transfer.fetch(new InetSocketAddress(address, port), wish);
        }
        System.exit(0);
    }

    private void serve(InetAddress address, int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port, 256, address)) {
            out.println("listening");
            while (true) {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> answer(socket), "transfer");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private void answer(Socket accepted) {
        try (Socket socket = accepted) {
            Wish wish = Wish.read(socket.getInputStream());
            if (wish.down()) {
                send(socket, wish.shareBytes());
                socket.shutdownOutput();
                // The client closes when it has everything; closing earlier could cut the tail off.
                socket.getInputStream().read();
            } else {
                Session session;
                synchronized (sessions) {
                    session = sessions.computeIfAbsent(
                            wish.id(), id -> new Session(new Meter(id, wish.durationNanos(), out), wish.connections()));
                }
                receive(socket, session);
            }
        } catch (IOException e) {
            // The client has ended the connection: the usual end of a transfer that is limited in time.
        }
    }

    private void fetch(InetSocketAddress server, Wish wish) throws Exception {
        Session session = new Session(new Meter(wish.id(), wish.durationNanos(), out), wish.connections());
        ExecutorService threads = Executors.newFixedThreadPool(wish.connections());
        List<Socket> sockets = new ArrayList<>();
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < wish.connections(); i++) {
            Socket socket = new Socket();
            sockets.add(socket);
            socket.connect(server, 20_000);
            wish.write(socket.getOutputStream());
        }
        long startNanos = System.nanoTime();
        for (Socket socket : sockets) {
            ends.add(threads.submit(() -> {
                if (wish.down()) {
                    receive(socket, session);
                } else {
                    send(socket, wish.shareBytes());
                    socket.shutdownOutput();
                    socket.getInputStream().read();
                }
                return null;
            }));
        }
        long patienceNanos = wish.durationMillis() == 0 ? Long.MAX_VALUE / 2 : wish.durationNanos() + GRACE_NANOS;
        // An upload's receiver counts from its first byte on, which is later than ours; the grace covers it.
        for (Future<?> end : ends) {
            try {
                end.get(patienceNanos - (System.nanoTime() - startNanos), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                break;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IOException)) {
                    throw e;
                }
                // The other side has ended the connection: it has seen enough.
            }
        }
        if (wish.down()) {
            session.meter.finish(System.nanoTime());
        }
        for (Socket socket : sockets) {
            abort(socket);
        }
    }

    private static void send(Socket socket, long bytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        OutputStream stream = socket.getOutputStream();
        long left = bytes;
        while (left > 0) {
            int chunk = (int) Math.min(left, buffer.length);
            stream.write(buffer, 0, chunk);
            left -= chunk;
        }
    }

    private void receive(Socket socket, Session session) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream stream = socket.getInputStream();
        socket.setSoTimeout(LOOK_UP_MILLIS);
        try {
            while (!session.meter.isOver(System.nanoTime())) {
                int count;
                try {
                    count = stream.read(buffer);
                } catch (SocketTimeoutException e) {
                    continue;
                }
                if (count < 0) {
                    break;
                }
                session.meter.received(System.nanoTime(), count);
            }
        } finally {
            synchronized (session) {
                if (--session.missing == 0) {
                    session.meter.finish(System.nanoTime());
                }
            }
            abort(socket);
        }
    }

    /** Ends a connection at once: what is still on its way must not disturb the next measurement. */
    private static void abort(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
