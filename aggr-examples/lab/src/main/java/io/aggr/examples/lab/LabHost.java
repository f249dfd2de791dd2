package io.aggr.examples.lab;

/** Where a program of the user's choice can run. */
public enum LabHost {
    /** The host behind gate-megabit. */
    LAN_A(Topology.LAN_A),
    /** The router behind the modems. */
    GATE_MEGABIT(Topology.GATE_MEGABIT),
    /** The modem of the first line. */
    MODEM_1(Modem.role(1)),
    /** The modem of the second line. */
    MODEM_2(Modem.role(2)),
    /** What lies between the lines and gate-gigabit. */
    INTERNET(Topology.INTERNET),
    /** The router in the data centre. */
    GATE_GIGABIT(Topology.GATE_GIGABIT),
    /** The host behind gate-gigabit. */
    LAN_B(Topology.LAN_B),
    /** A neighbour of gate-gigabit who means harm. Not there before {@link Lab#connect}. */
    ATTACKER("attacker"),
    /** A neighbour of gate-gigabit who wants a bond with it. Not there before {@link Lab#connect}. */
    NEWCOMER("newcomer");

    private final String role;

    LabHost(String role) {
        this.role = role;
    }

    /**
     * Its name in the lab.
     *
     * @return such as {@code gate-megabit}
     */
    public String role() {
        return role;
    }
}
