package io.aggr.internal.encap;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.Session;
import io.aggr.internal.frame.DataHeader;
import io.aggr.internal.frame.HelloFrame;
import io.aggr.internal.frame.HelloFrame.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a handshake does. */
final class Recorder implements HandshakeOutput {

    final List<ByteBuffer> datagrams = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    final List<PlainSession> sessions = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    int lines;
    int bytes;

    Recorder(int lines) {
        this.lines = lines;
    }

    /** A HELLO as it travels. */
    static ByteBuffer hello(int id, int link, Step step, long sender, long known) {
        ByteBuffer datagram = ByteBuffer.allocate(DataHeader.BYTES + HelloFrame.MIN_BYTES);
        DataHeader.put(datagram, 0, link, id, 0);
        HelloFrame.put(datagram, DataHeader.BYTES, step, sender, known, 0, new byte[0], 0);
        return datagram;
    }

    ByteBuffer last() {
        return datagrams.get(datagrams.size() - 1);
    }

    long lastSender() {
        return HelloFrame.sender(last(), DataHeader.BYTES);
    }

    @Override
    public int lines(int peer) {
        return lines;
    }

    @Override
    public int line(int peer, int index) {
        return index;
    }

    @Override
    public void send(int peer, int line, ByteBuffer datagram) {
        record("send " + line, datagram);
    }

    @Override
    public void reply(HandshakeSource source, ByteBuffer datagram) {
        record("reply " + source.remote(), datagram);
    }

    private void record(String how, ByteBuffer datagram) {
        ByteBuffer copy = ByteBuffer.allocate(datagram.remaining());
        copy.put(0, datagram, datagram.position(), datagram.remaining());
        bytes += copy.capacity();
        datagrams.add(copy);
        said.add(how + " " + HelloFrame.step(copy, DataHeader.BYTES) + " on " + DataHeader.linkId(copy, 0));
    }

    @Override
    public void established(Session session) {
        sessions.add((PlainSession) session);
    }

    @Override
    public void warn(int peer, String message) {
        warnings.add(message);
    }
}
