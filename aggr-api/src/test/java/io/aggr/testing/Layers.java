package io.aggr.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of who may use whom, for the tests of every module. All of them hold for a package that is still empty.
 *
 * <p>An access is a call, a field access or a method reference: {@code System::nanoTime} counts like a call.
 */
public final class Layers {

    /** The packages of {@code aggr-api}, which every other module may use. */
    private static final String[] API = {
        "io.aggr.encap",
        "io.aggr.link",
        "io.aggr.packet",
        "io.aggr.reorder",
        "io.aggr.schedule",
        "io.aggr.spi",
        "io.aggr.tun"
    };

    /** What an embedder must not meet in a signature: it would have to have the same version of it as we have. */
    private static final DescribedPredicate<JavaClass> HIDDEN_LIBRARIES =
            resideInAnyPackage("com.google..", "com.sun.jna..", "org.slf4j..", "org.jctools..");

    private static final Set<String> ADDRESS_TYPES = Set.of(
            "java.net.InetAddress",
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.SocketAddress",
            "java.net.InetSocketAddress",
            "java.net.UnknownHostException");

    /** What of java.io is no input or output: exceptions, markers, memory. */
    private static final Set<String> HARMLESS_IO_TYPES = Set.of(
            "java.io.ByteArrayInputStream",
            "java.io.ByteArrayOutputStream",
            "java.io.Closeable",
            "java.io.IOException",
            "java.io.Serializable",
            "java.io.UncheckedIOException");

    private Layers() {}

    /** The classes of the module under test, without its tests. */
    public static JavaClasses mainClasses() {
        return new ClassFileImporter().importPath(classesDirectory());
    }

    /** The packages that the module descriptor of the module under test exports to everybody. */
    public static Set<String> exportedPackages() {
        try (InputStream in = Files.newInputStream(classesDirectory().resolve("module-info.class"))) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Surefire sets the base directory; a development environment starts in it. */
    private static Path classesDirectory() {
        return Path.of(System.getProperty("basedir", ""), "target", "classes");
    }

    /** The contracts use the JDK and the null marks, nothing else. */
    public static ArchRule api_uses_only_the_jdk() {
        return usesOnly("java..", "org.jspecify..");
    }

    /** The platform modules know the contracts, not the engine. */
    public static ArchRule platform_modules_use_only_the_api(String ownPackage) {
        return usesOnly(ownPackage, "java..", "org.jspecify..", "com.sun.jna..", "org.slf4j..");
    }

    /**
     * The engine uses Guava, SLF4J and of JCTools only the queues on VarHandles and the interface that they implement: the
     * others reach for {@code sun.misc.Unsafe}, which JDK 25 warns about.
     */
    public static ArchRule core_uses_only_its_libraries() {
        return classes()
                .should()
                .onlyDependOnClassesThat(any(
                                "io.aggr",
                                "io.aggr.internal..",
                                "io.aggr.sim..",
                                "io.aggr.testkit..",
                                "java..",
                                "javax.crypto..",
                                "org.jspecify..",
                                "org.slf4j..",
                                "com.google.common..",
                                "org.jctools.queues.varhandle..")
                        .or(nameMatches(
                                "org.jctools.queues.MessagePassingQueue",
                                name -> name.startsWith("org.jctools.queues.MessagePassingQueue"))))
                .allowEmptyShould(true);
    }

    /** No type of a library in what is public or protected in an exported package. */
    public static ArchRule exported_signatures_show_no_library(Set<String> exportedPackages) {
        return classes()
                .that()
                .resideInAnyPackage(exportedPackages.toArray(String[]::new))
                .should(new ArchCondition<JavaClass>("show no library in a public or protected signature") {
                    @Override
                    public void check(JavaClass owner, ConditionEvents events) {
                        if (isVisible(owner)) {
                            signatureTypes(owner)
                                    .map(JavaClass::getBaseComponentType)
                                    .filter(HIDDEN_LIBRARIES)
                                    .distinct()
                                    .forEach(type -> events.add(SimpleConditionEvent.violated(
                                            owner, owner.getName() + " shows " + type.getName())));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /**
     * The engine reads no clock, draws no random number of its own, waits for nothing and does no input or output. Only
     * the driver does.
     */
    public static ArchRule engine_has_no_clock_no_chance_and_no_io() {
        return noClasses()
                .that(isEngine())
                .should(readAClock().or(drawUnseededNumbers()).or(waitForTime()))
                .orShould()
                .dependOnClassesThat(network().or(files()))
                .allowEmptyShould(true);
    }

    /** The simulator is as free of the real world as the engine, but it may write a report. */
    public static ArchRule simulator_has_no_clock_no_chance_and_no_network() {
        return noClasses()
                .that()
                .resideInAPackage("io.aggr.sim..")
                .should(readAClock().or(drawUnseededNumbers()).or(waitForTime()))
                .orShould()
                .dependOnClassesThat(network())
                .allowEmptyShould(true);
    }

    /** The engine does not know what runs it: the driver, the simulator, the conformance kit. */
    public static ArchRule engine_does_not_know_what_runs_it() {
        return noClasses()
                .that(isEngine())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.aggr.internal.driver..", "io.aggr.sim..", "io.aggr.testkit..")
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> isEngine() {
        return resideInAnyPackage("io.aggr.internal..")
                .and(not(resideInAnyPackage("io.aggr.internal.driver..")))
                .as("are of the engine");
    }

    private static ArchRule usesOnly(String... packages) {
        return classes().should().onlyDependOnClassesThat(any(packages)).allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> any(String... packages) {
        return describe(
                "reside in " + String.join(", ", packages) + " or the API",
                type -> type.getBaseComponentType().isPrimitive()
                        || resideInAnyPackage(packages)
                                .or(resideInAnyPackage(API))
                                .test(type.getBaseComponentType()));
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(Layers::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> signatureTypes(JavaClass owner) {
        Stream<JavaClass> members = owner.getMembers().stream()
                .filter(member -> isVisible(member.getModifiers()))
                .flatMap(Layers::signatureTypes);
        Stream<JavaClass> parents = Stream.concat(owner.getSuperclass().stream(), owner.getInterfaces().stream())
                .flatMap(Layers::rawTypes);
        Stream<JavaClass> bounds = owner.getTypeParameters().stream().flatMap(Layers::rawTypes);
        return Stream.concat(members, Stream.concat(parents, bounds));
    }

    private static Stream<JavaClass> signatureTypes(JavaMember member) {
        Stream<JavaClass> thrown =
                member instanceof JavaCodeUnit codeUnit ? codeUnit.getExceptionTypes().stream() : Stream.empty();
        return Stream.concat(member.getAllInvolvedRawTypes().stream(), thrown);
    }

    private static Stream<JavaClass> rawTypes(JavaType type) {
        return type.getAllInvolvedRawTypes().stream();
    }

    private static ArchCondition<JavaClass> readAClock() {
        return access("read a clock", access -> switch (owner(access)) {
            case "java.lang.System" -> isNamed(access, "nanoTime", "currentTimeMillis");
            case "java.time.Clock" ->
                access.getName().startsWith("system") || access.getName().startsWith("tick");
            case "java.util.Date", "java.util.GregorianCalendar" -> isNamed(access, "<init>") && hasNoArguments(access);
            case "java.util.Calendar" -> isNamed(access, "getInstance");
            default -> owner(access).startsWith("java.time.") && isNamed(access, "now");
        });
    }

    /** A generator that is given its seed, or a {@code SecureRandom} that is handed in, is the caller's choice. */
    private static ArchCondition<JavaClass> drawUnseededNumbers() {
        return access("draw unseeded random numbers", access -> switch (owner(access)) {
            case "java.util.concurrent.ThreadLocalRandom" -> true;
            case "java.lang.Math", "java.lang.StrictMath" -> isNamed(access, "random");
            case "java.util.UUID" -> isNamed(access, "randomUUID");
            case "java.util.Random", "java.util.SplittableRandom" ->
                isNamed(access, "<init>") && hasNoArguments(access);
            case "java.util.random.RandomGenerator" -> isNamed(access, "of", "getDefault");
            case "java.util.random.RandomGeneratorFactory" -> isNamed(access, "create") && hasNoArguments(access);
            case "java.security.SecureRandom" ->
                isNamed(access, "<init>", "getInstance", "getInstanceStrong", "getSeed");
            default -> false;
        });
    }

    private static ArchCondition<JavaClass> waitForTime() {
        return access("wait for time to pass", access -> switch (owner(access)) {
            case "java.lang.Thread" -> isNamed(access, "sleep");
            case "java.util.concurrent.TimeUnit" -> isNamed(access, "sleep", "timedWait", "timedJoin");
            default -> owner(access).equals("java.util.concurrent.locks.LockSupport");
        });
    }

    private static ArchCondition<JavaClass> access(String description, Predicate<JavaAccess<?>> predicate) {
        return accessTargetWhere(describe(description, predicate)).as(description);
    }

    private static String owner(JavaAccess<?> access) {
        return access.getTargetOwner().getName();
    }

    private static boolean isNamed(JavaAccess<?> access, String... names) {
        return List.of(names).contains(access.getName());
    }

    private static boolean hasNoArguments(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty();
    }

    private static DescribedPredicate<JavaClass> network() {
        return nameMatches(
                "the network",
                name -> name.startsWith("java.nio.channels.")
                        || (name.startsWith("java.net.") && !ADDRESS_TYPES.contains(name)));
    }

    private static DescribedPredicate<JavaClass> files() {
        return nameMatches(
                "files and processes",
                name -> name.startsWith("java.nio.file.")
                        || name.startsWith("java.lang.Process")
                        || (name.startsWith("java.io.") && !HARMLESS_IO_TYPES.contains(name)));
    }

    private static DescribedPredicate<JavaClass> nameMatches(String description, Predicate<String> predicate) {
        return describe(
                description, type -> predicate.test(type.getBaseComponentType().getName()));
    }
}
