package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pf.conf(5) and hostname.if(5) of a gate say about each other. No pf has read them here: they are taken apart by a few rules of their grammar. */
class Pf2006Test {

    private static final Path FOLDER = Path.of("..", "conf", "2006", "openbsd");
    private static final Pattern ADDRESS = Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b");
    private static final String RULE = "(?:block|pass|match)(?: (?:in|out))?(?: quick)?"
            + "(?: on (?:NAME|\\{ NAME(?:, NAME)* \\}))?(?: all)?(?: inet)?(?: proto [a-z]+)?"
            + "(?: from HOST)?(?: to HOST)?"
            + "(?: (?:nat-to \\(NAME\\)|scrub \\(max-mss \\d+\\)|route-to POOL|reply-to ADDRESS))?";
    private static final Pattern LINE = Pattern.compile("#.*||set skip on lo|set block-policy drop|NAME = \".*\"|RULE"
            .replace("RULE", RULE)
            .replace("POOL", "(?:ADDRESS|\\{ ADDRESS(?:, ADDRESS)* \\} round-robin)")
            .replace("HOST", "(?:any|(?:! )?NET|\\(NAME\\)|\\$[a-z]+|\\{ ADDRESS(?:, ADDRESS)* \\})")
            .replace("NET", "ADDRESS(?:/\\d+)?")
            .replace("ADDRESS", "\\d+(?:\\.\\d+){3}")
            .replace("NAME", "\\$?[a-z]+[0-9]*"));

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }

    /** The interfaces of a gate by name, and of each what its hostname.if(5) says, the first word being the key. */
    private static Map<String, Map<String, String>> interfaces(String gate) throws IOException {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String prefix = gate + ".hostname.";
                if (file.getFileName().toString().startsWith(prefix)) {
                    Map<String, String> settings = new HashMap<>();
                    for (String line : lines(file)) {
                        assertThat(line)
                                .as(file.toString())
                                .matches("#.*|(?:inet|inet alias) [0-9.]+ [0-9.]+|tunnel [0-9.]+ [0-9.]+|dest [0-9.]+"
                                        + "|mtu \\d+|!route(?: -T [0-9]+)? add (?:[0-9./]+|default) [0-9.]+");
                        settings.put(line.split(" ", 0)[0], line);
                    }
                    all.put(file.getFileName().toString().substring(prefix.length()), settings);
                }
            }
        }
        return all;
    }

    /** The rules, with what the macros stand for. */
    private static List<String> rules(String gate) throws IOException {
        Map<String, String> macros = new LinkedHashMap<>();
        List<String> rules = new ArrayList<>();
        for (String line : lines(FOLDER.resolve(gate + ".pf.conf"))) {
            assertThat(line).as(gate).matches(LINE);
            Matcher macro = Pattern.compile("([a-z]+) = \"(.*)\"").matcher(line);
            if (macro.matches()) {
                macros.put(macro.group(1), macro.group(2));
            } else if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("set ")) {
                Matcher used = Pattern.compile("\\$([a-z]+)").matcher(line);
                rules.add(used.replaceAll(match -> {
                    assertThat(macros).as(line).containsKey(match.group(1));
                    return macros.get(match.group(1));
                }));
            }
        }
        return rules;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate-megabit", "gate-gigabit"})
    void every_interface_of_the_rules_is_configured(String gate) throws IOException {
        TreeSet<String> used = new TreeSet<>();
        for (String rule : rules(gate)) {
            Matcher name = Pattern.compile("\\b(?:em|gif|tun)\\d+\\b").matcher(rule);
            while (name.find()) {
                used.add(name.group());
            }
        }
        assertThat(interfaces(gate).keySet()).containsAll(used);
        assertThat(used).contains("gif0", "gif1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate-megabit", "gate-gigabit"})
    void connections_go_to_the_far_inner_ends_and_are_answered_there(String gate) throws IOException {
        Map<String, Map<String, String>> interfaces = interfaces(gate);
        List<String> far = List.of(
                interfaces.get("gif0").get("dest").split(" ", 0)[1],
                interfaces.get("gif1").get("dest").split(" ", 0)[1]);
        List<String> rules = rules(gate);
        assertThat(rules)
                .anyMatch(rule -> rule.endsWith("route-to { " + far.get(0) + ", " + far.get(1) + " } round-robin"))
                .contains("pass in on gif0 inet reply-to " + far.get(0), "pass in on gif1 inet reply-to " + far.get(1));
        int mtu = Integer.parseInt(interfaces.get("gif0").get("mtu").split(" ", 0)[1]);
        assertThat(mtu).isEqualTo(1_480);
        assertThat(rules).anyMatch(rule -> rule.endsWith("scrub (max-mss " + (mtu - 40) + ")"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate-megabit", "gate-gigabit"})
    void nothing_but_the_tunnels_outer_ends_may_speak_ip_in_ip(String gate) throws IOException {
        TreeSet<String> ends = new TreeSet<>();
        for (String name : List.of("gif0", "gif1")) {
            String[] tunnel = interfaces(gate).get(name).get("tunnel").split(" ", 0);
            ends.addAll(List.of(tunnel[1], tunnel[2]));
        }
        TreeSet<String> allowed = new TreeSet<>();
        for (String rule : rules(gate)) {
            if (rule.contains("proto ipencap")) {
                assertThat(rule).contains(" from ").contains(" to ").doesNotContain(" any");
                Matcher address = ADDRESS.matcher(rule.replaceAll("(?:route-to|reply-to) .*", ""));
                while (address.find()) {
                    allowed.add(address.group());
                }
            }
        }
        assertThat(ends).containsAll(allowed);
        assertThat(rules(gate)).startsWith("block all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.16.253", "172.16.254"})
    void outer_packets_leave_by_the_modem_of_their_source(String net) throws IOException {
        assertThat(rules("gate-megabit"))
                .contains("pass out quick on em1 inet proto ipencap from " + net + ".100 to 88.191.22.243 route-to "
                        + net + ".200");
    }

    /** Whose packet comes first makes the state, and a state is asked before the rules: so both directions have to name the modem. */
    @ParameterizedTest
    @ValueSource(strings = {"172.16.253", "172.16.254"})
    void outer_packets_leave_by_the_modem_of_their_source_also_when_the_other_end_was_first(String net)
            throws IOException {
        assertThat(rules("gate-megabit"))
                .contains("pass in quick on em1 inet proto ipencap from 88.191.22.243 to " + net + ".100 reply-to "
                        + net + ".200");
    }

    @Test
    void each_gate_can_reach_the_other_outside_the_tunnels() throws IOException {
        List<String> modems = lines(FOLDER.resolve("gate-megabit.hostname.em1"));
        assertThat(modems).contains("!route add 88.191.22.243/32 172.16.253.200");
        for (int line = 1; line <= 2; line++) {
            String net = "172.16." + (252 + line);
            assertThat(modems).contains("!route -T " + line + " add default " + net + ".200");
            assertThat(String.join("\n", lines(FOLDER.resolve("gate-megabit.toml"))))
                    .containsPattern("local = \"" + net + "\\.100\"\nrtable = " + line + " .*" + net + "\\.200");
        }
        assertThat(lines(FOLDER.resolve("gate-gigabit.mygate"))).last().isEqualTo("88.191.22.1");
        assertThat(lines(FOLDER.resolve("gate-gigabit.hostname.em0"))).contains("inet 88.191.22.243 255.255.255.0");
    }
}
