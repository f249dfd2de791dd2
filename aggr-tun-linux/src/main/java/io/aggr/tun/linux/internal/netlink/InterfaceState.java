package io.aggr.tun.linux.internal.netlink;

/**
 * What the kernel knows of an interface.
 *
 * @param name its name
 * @param index its number
 * @param mtuBytes longest packet
 * @param queuePackets packets that it queues for sending
 * @param isUp whether it has been set up
 * @param isLoopback whether it is the machine's own
 */
public record InterfaceState(
        String name, int index, int mtuBytes, int queuePackets, boolean isUp, boolean isLoopback) {}
