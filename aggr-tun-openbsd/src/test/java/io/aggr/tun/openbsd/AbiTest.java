package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each number in the code is the one of OpenBSD's headers, and none is missing on either side. */
class AbiTest {

    private static Map<String, Long> golden() throws IOException {
        Map<String, Long> values = new TreeMap<>();
        try (InputStream in = AbiTest.class.getResourceAsStream("openbsd-7.8-headers.txt");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] words = line.split(" ", -1);
                values.put(words[2], Long.decode(words[3]));
            });
        }
        return values;
    }

    private static Stream<Field> constants(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers())
                        && field.getType().isPrimitive());
    }

    private static long value(Field field) {
        try {
            return field.getLong(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Long> inTheCode() {
        Map<String, Long> values = new TreeMap<>();
        constants(Abi.class).forEach(field -> values.put(field.getName(), value(field)));
        constants(Errno.class).forEach(field -> values.put(field.getName(), value(field)));
        for (Class<?> struct : Abi.class.getDeclaredClasses()) {
            // SockaddrIn6.SIN6_LEN is sockaddr_in6.sin6_len.
            String name = struct.getSimpleName()
                    .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                    .toLowerCase(Locale.ROOT);
            constants(struct).forEach(field -> {
                String member = field.getName().toLowerCase(Locale.ROOT);
                values.put(member.equals("size") ? "sizeof." + name : name + "." + member, value(field));
            });
        }
        return values;
    }

    @Test
    void every_number_size_and_offset_is_that_of_the_headers() throws IOException {
        assertThat(inTheCode()).hasSizeGreaterThan(130).isEqualTo(golden());
    }

    @Test
    void ioctl_codes_hold_the_sizes_of_their_structures() {
        assertThat(Abi.SIOCGIFFLAGS >>> 16 & 0x1FFF).isEqualTo(Abi.Ifreq.SIZE);
        assertThat(Abi.SIOCSIFMTU >>> 16 & 0x1FFF).isEqualTo(Abi.Ifreq.SIZE);
        assertThat(Abi.SIOCAIFADDR >>> 16 & 0x1FFF).isEqualTo(Abi.Ifaliasreq.SIZE);
        assertThat(Abi.SIOCAIFADDR_IN6 >>> 16 & 0x1FFF).isEqualTo(Abi.In6Aliasreq.SIZE);
        assertThat(Abi.SIOCDIFADDR_IN6 >>> 16 & 0x1FFF).isEqualTo(Abi.In6Ifreq.SIZE);
        assertThat(Abi.TUNSIFINFO >>> 16 & 0x1FFF).isEqualTo(Abi.Tuninfo.SIZE);
    }

    @Test
    void three_errors_mean_that_the_interface_is_gone_and_two_that_a_right_is_missing() {
        // ENXIO from releases before 2020, EIO and EBADF from later ones; EPERM and EACCES.
        assertThat(IntStream.range(0, 256).filter(Errno::isGone)).containsExactly(5, 6, 9);
        assertThat(IntStream.range(0, 256).filter(Errno::isDenied)).containsExactly(1, 13);
    }

    @Test
    void every_error_has_a_name_and_words() {
        constants(Errno.class).forEach(field -> {
            assertThat(Errno.describe((int) value(field))).startsWith(field.getName() + ", ");
            assertThat(Errno.name((int) value(field))).isEqualTo(field.getName());
        });
        assertThat(Errno.describe(250)).isEqualTo("error number 250");
        assertThat(Errno.name(250)).isEqualTo("250");
    }
}
