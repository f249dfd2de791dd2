package io.aggr.examples.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {

    /** Not JUnit's: the path of a socket has to be short. */
    private Path folder = Path.of("");

    private Path socket = Path.of("");

    @BeforeEach
    void make_a_folder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aggr");
        socket = folder.resolve("b.sock");
    }

    @AfterEach
    void remove_the_folder() throws IOException {
        Files.deleteIfExists(socket);
        Files.delete(folder);
    }

    @Test
    void answers_each_client_with_a_new_document() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (StatusServer server = StatusServer.bind(socket)) {
            server.serve(() -> "{" + asked.incrementAndGet() + "}");

            assertThat(StatusClient.ask(socket)).isEqualTo("{1}");
            assertThat(StatusClient.ask(socket)).isEqualTo("{2}");
        }
    }

    @Test
    void answers_with_documents_longer_than_a_socket_holds() throws IOException {
        String longText = "x".repeat(3 << 20);
        try (StatusServer server = StatusServer.bind(socket)) {
            server.serve(() -> longText);

            assertThat(StatusClient.ask(socket)).isEqualTo(longText);
        }
    }

    @Test
    void goes_on_after_a_failure_and_after_a_client_that_left() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (StatusServer server = StatusServer.bind(socket)) {
            server.serve(() -> {
                if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("not now");
                }
                return "later";
            });
            assertThatThrownBy(() -> StatusClient.ask(socket)).hasMessageContaining("gave no answer");
            try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                client.connect(UnixDomainSocketAddress.of(socket));
            }

            assertThat(StatusClient.ask(socket)).isEqualTo("later");
        }
    }

    @Test
    void is_for_its_owner_only_and_leaves_nothing_behind() throws IOException {
        try (StatusServer server = StatusServer.bind(socket)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(socket);
            }
            server.serve(() -> "");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void makes_the_last_folder_of_its_path() throws IOException {
        Path inside = folder.resolve("aggr").resolve("b.sock");
        StatusServer.bind(inside).close();

        assertThat(Files.getPosixFilePermissions(inside.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(inside.getParent());
    }

    @Test
    void does_not_take_the_place_of_a_daemon_that_answers() throws IOException {
        try (StatusServer first = StatusServer.bind(socket)) {
            first.serve(() -> "first");

            assertThatThrownBy(() -> StatusServer.bind(socket))
                    .isInstanceOf(IOException.class)
                    .hasMessage("another aggr answers at " + socket + "; stop it or give this bond another name");
            assertThat(StatusClient.ask(socket)).isEqualTo("first");
        }
    }

    @Test
    void takes_the_place_of_a_daemon_that_is_gone() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        try (StatusServer server = StatusServer.bind(socket)) {
            server.serve(() -> "new");
            assertThat(StatusClient.ask(socket)).isEqualTo("new");
        }
    }

    @Test
    void does_not_remove_what_another_has_put_in_its_place() throws IOException {
        StatusServer server = StatusServer.bind(socket);
        Files.delete(socket);
        Files.writeString(socket, "something else");

        server.close();

        assertThat(socket).exists();
    }

    @Test
    void refuses_to_replace_a_file() throws IOException {
        Files.writeString(socket, "precious");

        assertThatThrownBy(() -> StatusServer.bind(socket))
                .hasMessageContaining("something else than a socket is there");
        assertThat(socket).hasContent("precious");
    }

    @Test
    void refuses_a_path_that_no_system_takes() {
        assertThatThrownBy(() -> StatusServer.bind(folder.resolve("x".repeat(100))))
                .hasMessageContaining("the path is longer than 80 bytes");
        assertThatThrownBy(
                        () -> StatusServer.bind(folder.resolve("a").resolve("b").resolve("s")))
                .hasMessageContaining("its directory does not exist");
    }

    @Test
    void closing_twice_does_nothing() throws IOException {
        StatusServer server = StatusServer.bind(socket);
        server.close();
        server.close();

        assertThatThrownBy(() -> StatusClient.ask(socket)).hasMessageContaining("is the daemon running?");
    }

    @Test
    void a_path_without_a_daemon_is_told_from_one_that_is_no_socket() throws IOException {
        Files.writeString(socket, "text");

        assertThatThrownBy(() -> StatusClient.ask(socket)).hasMessage("no daemon answers at " + socket);
    }

    @Test
    void sockets_are_found_by_the_name_of_their_bond() throws IOException {
        StatusPaths places = StatusPaths.of(folder.resolve("none"), folder);
        try (StatusServer server = StatusServer.bind(socket)) {
            server.serve(() -> "");
            assertThat(places.existing("")).containsExactly(socket);
            assertThat(places.existing("b")).containsExactly(socket);
            assertThat(places.existing("c")).isEmpty();
        }
        assertThat(StatusPaths.of(folder).forBond("c")).contains(folder.resolve("c.sock"));
    }
}
