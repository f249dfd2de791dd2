package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A link over a UDP socket of the JDK: works everywhere, binds to a source address, one system call per datagram. Connected where the far end is
 * known; then receiving allocates nothing. A listening socket costs the JDK an address object per change of sender. Fragmentation is forbidden
 * where the JDK has an option for that, which is since 19.
 */
final class NioUdpLink implements Link {

    private static final int MAX_DATAGRAM_BYTES = 65_507;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int UDP_IPV4_BYTES = 28;
    private static final int UDP_IPV6_BYTES = 48;
    private static final int FIRST_TRANSIENT = -2;
    private static final String DONT_FRAGMENT = "IP_DONTFRAGMENT";

    private final String name;
    private final DatagramChannel channel;
    private final @Nullable InetSocketAddress remote;
    private final Watch watch;
    private final boolean forbidsFragmentation;
    private final KeptRemotes kept = new KeptRemotes();
    private final @Nullable SocketAddress[] transients = new SocketAddress[256];
    private int transientCount;
    private LinkFault receiveFault = LinkFault.NONE;
    private LinkFault fault = LinkFault.NONE;
    private final AtomicLong oversized = new AtomicLong();

    NioUdpLink(LinkSettings settings) throws IOException {
        name = settings.name();
        remote = settings.remote();
        InetSocketAddress local = settings.local();
        InetSocketAddress known = local != null ? local : remote;
        boolean ipv4 = known != null && known.getAddress() instanceof Inet4Address;
        channel = DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            forbidsFragmentation = forbidFragmentation(channel);
            channel.bind(local);
            if (remote != null) {
                channel.connect(remote);
                kept.add(remote);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException(
                    "link " + name + ": cannot open a UDP socket"
                            + (local == null ? "" : " at " + text(local))
                            + (remote == null ? "" : " to " + text(remote))
                            + ": " + e.getMessage(),
                    e);
        }
        watch = new Watch.Channel(channel);
    }

    /** Since 19 the JDK has an option for it, in a module that need not be there; it is found by its name and type. */
    private static boolean forbidFragmentation(DatagramChannel channel) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            if (option.name().equals(DONT_FRAGMENT) && option.type() == Boolean.class) {
                @SuppressWarnings("unchecked")
                SocketOption<Boolean> dontFragment = (SocketOption<Boolean>) option;
                channel.setOption(dontFragment, true);
                return true;
            }
        }
        return false;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public int overheadBytes(int far) {
        SocketAddress address = remote != null ? remote : kept.address(far);
        boolean ipv6 = address instanceof InetSocketAddress inet && !(inet.getAddress() instanceof Inet4Address);
        return ipv6 ? UDP_IPV6_BYTES : UDP_IPV4_BYTES;
    }

    @Override
    public int maxDatagramBytes() {
        return MAX_DATAGRAM_BYTES;
    }

    @Override
    public boolean forbidsFragmentation() {
        return forbidsFragmentation;
    }

    @Override
    public int receive(PacketBatch batch) {
        receiveFault = LinkFault.NONE;
        transientCount = 0;
        int before = batch.size();
        ByteBuffer buffer = batch.buffer();
        // Each datagram gets an equal share of the region, with one byte more than may be used: a full share means that
        // it was cut.
        int share = share(batch);
        try {
            while (share > 1 && batch.nextRoomBytes() >= share && transientCount < transients.length) {
                int offset = batch.nextOffset();
                buffer.limit(offset + share).position(offset);
                int far = CONFIGURED_REMOTE;
                if (remote != null) {
                    if (channel.read(buffer) <= 0) {
                        break;
                    }
                } else {
                    SocketAddress sender = channel.receive(buffer);
                    if (sender == null) {
                        break;
                    }
                    far = identify(sender);
                }
                int length = buffer.position() - offset;
                if (length == share) {
                    oversized.incrementAndGet();
                } else {
                    batch.add(offset, length, far);
                }
            }
        } catch (IOException e) {
            receiveFault = SocketFaults.of(e);
        }
        buffer.clear();
        return batch.size() - before;
    }

    private static int share(PacketBatch batch) {
        int free = batch.capacity() - batch.size();
        int region = batch.limitBytes() - batch.positionBytes();
        return free == 0 ? 0 : region / free - PacketBatch.HEADROOM_BYTES - PacketBatch.TAILROOM_BYTES;
    }

    private int identify(SocketAddress sender) {
        int id = kept.find(sender);
        if (id != KeptRemotes.NONE) {
            return id;
        }
        transients[transientCount] = sender;
        return FIRST_TRANSIENT - transientCount++;
    }

    @Override
    public LinkFault receiveFault() {
        return receiveFault;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int far) {
        fault = LinkFault.NONE;
        SocketAddress address = remote != null ? null : kept.address(far);
        if (remote == null && address == null) {
            fault = LinkFault.OTHER;
            return 0;
        }
        ByteBuffer buffer = batch.buffer();
        int sent = 0;
        try {
            while (sent < count) {
                int offset = batch.offset(from + sent);
                buffer.limit(offset + batch.length(from + sent)).position(offset);
                int bytes = address == null ? channel.write(buffer) : channel.send(buffer, address);
                if (bytes == 0 && batch.length(from + sent) > 0) {
                    fault = LinkFault.WOULD_BLOCK;
                    break;
                }
                sent++;
            }
        } catch (IOException e) {
            fault = SocketFaults.of(e);
        }
        buffer.clear();
        return sent;
    }

    @Override
    public LinkFault fault() {
        return fault;
    }

    @Override
    public boolean isKept(int far) {
        return far >= 0;
    }

    @Override
    public int keep(int far) {
        if (far >= 0) {
            return far;
        }
        SocketAddress address = transients[FIRST_TRANSIENT - far];
        if (address == null) {
            return NO_REMOTE;
        }
        int id = kept.find(address);
        return id != KeptRemotes.NONE ? id : kept.add(address);
    }

    @Override
    public void release(int far) {
        if (remote == null) {
            kept.remove(far);
        }
    }

    @Override
    public @Nullable SocketAddress address(int far) {
        if (remote != null) {
            return remote;
        }
        int index = FIRST_TRANSIENT - far;
        return far >= 0 ? kept.address(far) : index >= 0 && index < transientCount ? transients[index] : null;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public long oversizedDatagrams() {
        return oversized.get();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is released in any case; there is nobody left to tell.
        }
    }
}
