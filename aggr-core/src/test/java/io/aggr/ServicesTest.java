package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A plugin is registered twice, for the module path and for the class path; here the two are held together. */
class ServicesTest {

    private static final Path CLASSES = Path.of(System.getProperty("basedir", ""), "target", "classes");

    @Test
    void the_module_and_the_class_path_know_the_same_providers() throws IOException {
        Map<String, Set<String>> ofModule;
        try (InputStream in = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
            ofModule = ModuleDescriptor.read(in).provides().stream()
                    .collect(Collectors.toMap(
                            ModuleDescriptor.Provides::service, provides -> Set.copyOf(provides.providers())));
        }
        Map<String, Set<String>> ofClassPath;
        try (Stream<Path> files = Files.list(CLASSES.resolve("META-INF").resolve("services"))) {
            ofClassPath =
                    files.collect(Collectors.toMap(file -> file.getFileName().toString(), ServicesTest::lines));
        }
        assertThat(ofClassPath).isEqualTo(ofModule);
    }

    private static Set<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
