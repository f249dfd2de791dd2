package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabHost;
import java.io.IOException;
import java.util.List;

/**
 * What the kernel of gate-gigabit has done with datagrams.
 *
 * @param received UDP datagrams that a program has fetched
 * @param noRoom UDP datagrams that met a full socket
 * @param queueFull packets of the whole machine that met a full queue between two interfaces
 */
record HostCounts(long received, long noRoom, long queueFull) {

    static HostCounts of(Lab lab) throws IOException {
        List<String> rows = lab.check(LabHost.GATE_GIGABIT, "cat", "/proc/net/snmp")
                .lines()
                .filter(row -> row.startsWith("Udp: "))
                .toList();
        List<String> names = List.of(rows.get(0).split(" ", -1));
        String[] values = rows.get(1).split(" ", -1);
        long queueFull = lab.check(LabHost.GATE_GIGABIT, "cat", "/proc/net/softnet_stat")
                .lines()
                .mapToLong(row -> Long.parseLong(row.split(" ", -1)[1], 16))
                .sum();
        return new HostCounts(
                Long.parseLong(values[names.indexOf("InDatagrams")]),
                Long.parseLong(values[names.indexOf("RcvbufErrors")]),
                queueFull);
    }

    HostCounts since(HostCounts before) {
        return new HostCounts(received - before.received, noRoom - before.noRoom, queueFull - before.queueFull);
    }
}
