package dev.soliton.local.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Arrived} requests of a connection's bytes, each of them once its body is there, and an answer of what it
 * refuses. A chunked body is passed over, since no function ever sees it: its request goes on without waiting for it.
 */
final class RequestDecoder extends ByteToMessageDecoder {

    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final HttpLimits limits;
    private final ChunkSkipper chunks = new ChunkSkipper();
    private State state = State.BEFORE_LINE;
    private @Nullable RequestHead head;
    private int headerBytes;
    private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private long bodyStarted;
    private @Nullable Future<?> deadline;

    /** A request and how its answer is to be framed. */
    record Arrived(RequestHead head, RawRequest request) {}

    private enum State {
        BEFORE_LINE,
        LINE,
        HEADERS,
        BODY,
        CHUNKS,
        ENDED
    }

    RequestDecoder(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        awaitRequest(ctx);
        super.channelActive(ctx);
    }

    /** Waits for the next request, for as long as a connection may be idle. */
    void awaitRequest(ChannelHandlerContext ctx) {
        if (state == State.BEFORE_LINE) {
            within(ctx, limits.idle(), () -> {
                var unused = ctx.close();
            });
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        try {
            switch (state) {
                case BEFORE_LINE -> begin(ctx, in);
                case LINE -> readLine(in);
                case HEADERS -> readHeader(ctx, in, out);
                case BODY -> readBody(in, out);
                case CHUNKS -> {
                    if (chunks.skip(in)) {
                        state = State.BEFORE_LINE;
                        awaitRequest(ctx);
                    }
                }
                case ENDED -> in.skipBytes(in.readableBytes());
            }
        } catch (RequestRefused e) {
            end(in);
            out.add(e.reply());
        }
    }

    private void end(ByteBuf in) {
        state = State.ENDED;
        in.skipBytes(in.readableBytes());
        cancelDeadline();
    }

    /** Passes over line ends before a request, and begins with it at its first byte. */
    private void begin(ChannelHandlerContext ctx, ByteBuf in) throws RequestRefused {
        while (in.isReadable() && (in.getByte(in.readerIndex()) == CR || in.getByte(in.readerIndex()) == LF)) {
            in.skipBytes(1);
        }
        if (in.isReadable()) {
            state = State.LINE;
            within(ctx, limits.head(), () -> refuse(ctx, 408));
            readLine(in);
        }
    }

    private void readLine(ByteBuf in) throws RequestRefused {
        int end = in.bytesBefore(Math.min(in.readableBytes(), HttpLimits.REQUEST_LINE), LF);
        if (end < 0) {
            if (in.readableBytes() >= HttpLimits.REQUEST_LINE) {
                throw new RequestRefused(414);
            }
            return;
        }
        head = new RequestHead(RequestLine.parse(takeLine(in, end)));
        headerBytes = 0;
        state = State.HEADERS;
    }

    private void readHeader(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws RequestRefused {
        int end = in.bytesBefore(LF);
        if (headerBytes + (end < 0 ? in.readableBytes() : end + 1) > HttpLimits.HEADERS) {
            throw new RequestRefused(431);
        }
        if (end < 0) {
            return;
        }
        headerBytes += end + 1;
        byte[] line = takeLine(in, end);
        RequestHead current = current();
        if (line.length > 0) {
            current.add(line);
            return;
        }
        current.complete();
        cancelDeadline();
        if (current.isChunked()) {
            chunks.begin();
            state = State.CHUNKS;
            out.add(new Arrived(current, current.with(new byte[0])));
        } else if (current.bodyLength() > limits.body()) {
            end(in);
            out.add(new Arrived(current, current.with(null)));
        } else if (current.bodyLength() == 0) {
            arrive(current, new byte[0], out);
        } else {
            awaitBody(ctx, current, in.isReadable());
        }
    }

    private void awaitBody(ChannelHandlerContext ctx, RequestHead current, boolean begun) {
        state = State.BODY;
        body = new ByteArrayOutputStream((int) Math.min(current.bodyLength(), 1 << 16));
        bodyStarted = System.nanoTime();
        if (current.expectsContinue() && !begun) {
            var unused = ctx.writeAndFlush(
                    Unpooled.wrappedBuffer("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
        within(ctx, limits.bodyGrace(), () -> checkRate(ctx));
    }

    /** A body that is too slow fails while the function's arguments are made, and so as they do. */
    private void checkRate(ChannelHandlerContext ctx) {
        double seconds = (System.nanoTime() - bodyStarted) / 1e9;
        if (body.size() < seconds * HttpLimits.BODY_BYTES_A_SECOND) {
            refuse(ctx, 500);
        } else {
            within(ctx, Duration.ofSeconds(1), () -> checkRate(ctx));
        }
    }

    private void readBody(ByteBuf in, List<Object> out) {
        RequestHead current = current();
        int take = (int) Math.min(in.readableBytes(), current.bodyLength() - body.size());
        body.writeBytes(ByteBufUtil.getBytes(in, in.readerIndex(), take));
        in.skipBytes(take);
        if (body.size() == current.bodyLength()) {
            cancelDeadline();
            byte[] whole = body.toByteArray();
            body = new ByteArrayOutputStream(0);
            arrive(current, whole, out);
        }
    }

    private void arrive(RequestHead current, byte[] whole, List<Object> out) {
        state = State.BEFORE_LINE;
        out.add(new Arrived(current, current.with(whole)));
    }

    private RequestHead current() {
        if (head == null) {
            throw new IllegalStateException("No request line has been read.");
        }
        return head;
    }

    private static byte[] takeLine(ByteBuf in, int end) {
        byte[] line = new byte[end > 0 && in.getByte(in.readerIndex() + end - 1) == CR ? end - 1 : end];
        in.readBytes(line);
        in.skipBytes(end - line.length + 1);
        return line;
    }

    private void refuse(ChannelHandlerContext ctx, int status) {
        state = State.ENDED;
        ctx.fireChannelRead(new RequestRefused(status).reply());
    }

    private void within(ChannelHandlerContext ctx, Duration limit, Runnable otherwise) {
        cancelDeadline();
        deadline = ctx.executor().schedule(otherwise, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        cancelDeadline();
    }
}
