package io.aggr.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a stranger's build gets: a project outside this one, which knows the library by its Maven coordinates only, is built by a Maven of its own
 * and run on the class path and on the module path. The library is taken from a local repository that holds nothing else of ours; everything of
 * others comes from where this build has it; only what were missing there would be fetched.
 */
class ConsumerIT {

    private static final String VERSION = required("aggr.version");
    private static final Path ROOT = Path.of(required("aggr.root"));
    private static final List<String> INSTALLED = List.of("aggr-api", "aggr-core", "aggr-tun-linux");
    private static final List<String> PLUGIN_VERSIONS = List.of(
            "maven-compiler-plugin.version",
            "maven-jar-plugin.version",
            "maven-resources-plugin.version",
            "maven-surefire-plugin.version");
    private static final long MOST_SECONDS = 120;

    @TempDir
    static Path work;

    private static Path repository;
    private static Path settings;

    @BeforeAll
    static void install() throws IOException {
        repository = work.resolve("repository");
        put("aggr-parent", ROOT.resolve("pom.xml"), "pom");
        for (String module : INSTALLED) {
            put(module, ROOT.resolve(module).resolve("pom.xml"), "pom");
            put(module, ROOT.resolve(module).resolve("target").resolve(module + "-" + VERSION + ".jar"), "jar");
        }
        settings = work.resolve("settings.xml");
        String seed = Path.of(required("maven.repository")).toUri().toString();
        Files.writeString(settings, """
                <settings>
                  <activeProfiles><activeProfile>seed</activeProfile></activeProfiles>
                  <profiles>
                    <profile>
                      <id>seed</id>
                      <repositories>
                        <repository><id>seed</id><url>%1$s</url><snapshots><enabled>false</enabled></snapshots></repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository><id>seed</id><url>%1$s</url></pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                </settings>
                """.formatted(seed));
    }

    private static void put(String artifact, Path file, String type) throws IOException {
        Path folder = repository.resolve("io/aggr").resolve(artifact).resolve(VERSION);
        Files.createDirectories(folder);
        Files.copy(file, folder.resolve(artifact + "-" + VERSION + "." + type));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void a_program_outside_this_build_bonds_lines_on_class_path_and_module_path(int feature) throws Exception {
        Optional<Path> jdk = Jdks.home(feature);
        if (jdk.isEmpty()) {
            System.out.println("ConsumerIT: no JDK " + feature + " here, so nothing is tried on it; JAVA_HOME_"
                    + feature + " may name one");
        }
        assumeThat(jdk).as("JDK %d", feature).isPresent();
        Path project = copyOfProject("project-" + feature);

        build(project, jdk.get());
        Path app = project.resolve("app/target/app-1.jar");
        Path scheduler = project.resolve("scheduler/target/scheduler-1.jar");
        String jars = Stream.concat(Stream.of(app, scheduler), dependencies(app).stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));

        String java = jdk.get().resolve("bin/java").toString();
        String onClassPath =
                run(project, List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", jars, "com.example.app.Main"));
        assertThat(onClassPath).contains("module: null");
        assertWorks(onClassPath, feature);

        String onModulePath = run(
                project,
                List.of(
                        java,
                        "--enable-native-access=com.sun.jna",
                        "-p",
                        jars,
                        "-m",
                        "com.example.app/com.example.app.Main"));
        assertThat(onModulePath).contains("module: io.aggr.core");
        assertWorks(onModulePath, feature);
    }

    private static void assertWorks(String output, int feature) {
        assertThat(output)
                .contains("java: " + feature)
                .contains("tun providers: linux")
                .contains("problems: []")
                .contains("scheduler: by-turns")
                .doesNotContain("scheduler-")
                .contains("line dsl: used")
                .contains("line lte: used")
                .contains("arrived: 500")
                .contains("hub is running: true")
                .doesNotContain("restricted method");
    }

    private static Path copyOfProject(String name) throws IOException {
        Path source = Path.of("src/test/consumer");
        Path target = work.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, target.resolve(source.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return target;
    }

    private static void build(Path project, Path jdk) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(required("maven.home"), "bin", "mvn").toString(),
                "-q",
                "-B",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + repository,
                "-Daggr.version=" + VERSION,
                "-Dmaven.test.skip=true"));
        for (String version : PLUGIN_VERSIONS) {
            command.add("-D" + version + "=" + required(version));
        }
        command.add("package");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        run(project, builder);
    }

    /** What Maven has resolved for run time, from the manifest. */
    private static List<Path> dependencies(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String classPath = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return Stream.of(classPath.split(" ")).map(repository::resolve).toList();
        }
    }

    private static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        return run(folder, new ProcessBuilder(command));
    }

    private static String run(Path folder, ProcessBuilder builder) throws IOException, InterruptedException {
        Path log = Files.createTempFile(work, "run", ".log");
        Process process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(log);
        assertThat(ended)
                .as("%s ends in time; it said:%n%s", builder.command(), output)
                .isTrue();
        assertThat(process.exitValue())
                .as("exit value of %s, which said:%n%s", builder.command(), output)
                .isZero();
        return output;
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        assertThat(value)
                .as("system property %s, which Maven sets for this test", property)
                .isNotNull();
        return value;
    }
}
