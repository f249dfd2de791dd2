package io.aggr.examples.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One TCP connection that never ends, for tests: {@code send PORT} at one host, {@code receive HOST PORT} at the other, which says every 50 ms what has come. */
final class StreamMain {

    private static final int CHUNK = 16 * 1024;
    private static final long SAY_NANOS = 50_000_000;

    private StreamMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("send")) {
            send(Integer.parseInt(arguments[1]));
        } else {
            receive(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
        }
    }

    private static void send(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port)) {
            System.out.println("listening");
            try (Socket connection = server.accept();
                    OutputStream out = connection.getOutputStream()) {
                byte[] chunk = new byte[CHUNK];
                while (true) {
                    out.write(chunk);
                }
            }
        }
    }

    private static void receive(InetSocketAddress from) throws IOException {
        try (Socket connection = new Socket()) {
            connection.connect(from, 10_000);
            InputStream in = connection.getInputStream();
            byte[] chunk = new byte[CHUNK];
            long bytes = 0;
            long pauseNanos = 0;
            long lastNanos = System.nanoTime();
            long saidNanos = lastNanos;
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                long now = System.nanoTime();
                pauseNanos = Math.max(pauseNanos, now - lastNanos);
                lastNanos = now;
                bytes += count;
                if (now - saidNanos >= SAY_NANOS) {
                    saidNanos = now;
                    System.out.println(bytes + " " + pauseNanos / 1_000_000);
                    pauseNanos = 0;
                }
            }
        }
    }
}
