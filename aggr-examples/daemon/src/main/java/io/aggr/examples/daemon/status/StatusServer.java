package io.aggr.examples.daemon.status;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers everyone who may connect to a UNIX socket with one document and closes the connection. It reads nothing, so nobody can change anything
 * through it.
 *
 * <p>The socket is only for its owner (mode 0600). It is bound inside a directory that nobody else can enter and moved to its place when its mode
 * is set, so there is no moment at which others could connect, and a socket that a dead daemon has left is replaced in one step.
 *
 * @since 0.1
 */
public final class StatusServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StatusServer.class);

    /** A reader that is slower than this is left alone, so that it does not keep the others waiting. */
    private static final long PATIENCE_MILLIS = 1_000;

    /** The shortest of the systems' limits (sun_path of OpenBSD: 104 bytes with the zero at its end), less the private directory's name. */
    private static final int MAX_PATH_BYTES = 80;

    private final Path path;
    private final Object fileKey;
    private final ServerSocketChannel server;
    private @Nullable Thread thread;
    private volatile boolean closed;

    private StatusServer(Path path, Object fileKey, ServerSocketChannel server) {
        this.path = path;
        this.fileKey = fileKey;
        this.server = server;
    }

    /**
     * Takes the place. Those who connect wait until {@link #serve}.
     *
     * @param path where the socket shall be; its directory is made if only the last part of it is missing
     * @return a server, owned by the caller
     * @throws IOException if another daemon answers there or the system refuses; the message is one sentence
     */
    public static StatusServer bind(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException("status socket " + path + ": the path is longer than " + MAX_PATH_BYTES + " bytes");
        }
        try {
            refuseToReplace(path);
            return bindPrivately(path);
        } catch (AccessDeniedException e) {
            throw new IOException("status socket " + path + ": no permission to make it", e);
        } catch (NoSuchFileException e) {
            throw new IOException("status socket " + path + ": its directory does not exist", e);
        }
    }

    private static void refuseToReplace(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("status socket " + path + ": something else than a socket is there; remove it");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            // Nobody answers: it was left by a daemon that could not clean up.
            return;
        }
        throw new IOException("another aggr answers at " + path + "; stop it or give this bond another name");
    }

    private static StatusServer bindPrivately(Path path) throws IOException {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket has a directory");
        if (!Files.exists(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        Path hidden = Files.createTempDirectory(
                folder, ".", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel server = null;
        Path made = hidden.resolve("s");
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Object fileKey = fileKey(made);
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            StatusServer result = new StatusServer(path, fileKey, server);
            server = null;
            return result;
        } finally {
            if (server != null) {
                server.close();
                Files.deleteIfExists(made);
            }
            Files.deleteIfExists(hidden);
        }
    }

    /**
     * Begins to answer, on a thread of its own.
     *
     * @param document gives the answer; called once per connection
     */
    public synchronized void serve(Supplier<String> document) {
        if (thread != null || closed) {
            throw new IllegalStateException("a server serves once");
        }
        Thread serving = new Thread(() -> run(document), "aggr-status");
        serving.setDaemon(true);
        thread = serving;
        serving.start();
    }

    private void run(Supplier<String> document) {
        while (!closed) {
            try (SocketChannel client = server.accept()) {
                answer(client, document.get() + "\n");
            } catch (ClosedChannelException e) {
                if (!server.isOpen()) {
                    return;
                }
            } catch (IOException e) {
                // A client that went away; the next one is not concerned.
                log.debug("status: a client was not served: {}", e.getMessage());
            } catch (RuntimeException e) {
                log.warn("status: a client was not served", e);
            }
        }
    }

    private static void answer(SocketChannel client, String document) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8));
        client.configureBlocking(false);
        client.write(rest);
        if (!rest.hasRemaining()) {
            return;
        }
        try (Selector selector = Selector.open()) {
            client.register(selector, SelectionKey.OP_WRITE);
            while (rest.hasRemaining() && selector.select(PATIENCE_MILLIS) > 0) {
                selector.selectedKeys().clear();
                client.write(rest);
            }
        }
    }

    /** Stops answering and removes the socket, unless another daemon has put its own there since. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.close();
            if (fileKey.equals(fileKey(path))) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody has tidied up already.
            log.debug("status: {} was removed by somebody else", path);
        } catch (IOException e) {
            log.warn("status: {} could not be removed", path, e);
        }
    }

    /** What tells one file from another that comes to the same path later: device and inode. */
    private static Object fileKey(Path path) throws IOException {
        return Objects.requireNonNullElse(
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey(),
                path);
    }
}
