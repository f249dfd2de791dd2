package io.aggr.examples.daemon.status;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks a daemon for its status.
 *
 * @since 0.1
 */
public final class StatusClient {

    /** Longest answer that is read; a hub with a thousand peers needs a tenth of it. */
    private static final int MAX_BYTES = 16 << 20;

    private StatusClient() {}

    /**
     * Asks once.
     *
     * @param socket where the daemon listens
     * @return the document
     * @throws IOException if nobody answers; the message is one sentence
     */
    public static String ask(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            throw new IOException("there is no status socket " + socket + "; is the daemon running?");
        }
        try (SocketChannel channel = connect(socket);
                InputStream in = Channels.newInputStream(channel)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            if (bytes.length == 0) {
                throw new IOException("the daemon at " + socket + " gave no answer");
            }
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }

    private static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    Files.isWritable(socket)
                            ? "no daemon answers at " + socket
                            : "no permission to ask the daemon at " + socket + "; try as the user that runs it",
                    e);
        } catch (IllegalArgumentException e) {
            channel.close();
            throw new IOException(socket + " is not the path of a socket", e);
        }
    }
}
