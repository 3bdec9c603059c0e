package dev.soliton.local.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, one after the other. */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final int MOST_WAITING = 16;

    private final HttpServer server;
    private final RequestDecoder decoder;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean closing;

    Connection(HttpServer server, RequestDecoder decoder) {
        this.server = server;
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        server.opened(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        if (waiting.size() >= MOST_WAITING) {
            ctx.channel().config().setAutoRead(false);
        }
        next(ctx);
    }

    private void next(ChannelHandlerContext ctx) {
        if (busy || closing || waiting.isEmpty()) {
            return;
        }
        Object message = waiting.remove();
        if (waiting.isEmpty()) {
            ctx.channel().config().setAutoRead(true);
        }
        if (message instanceof HttpReply refused) {
            var unused = send(ctx, refused, null, true);
            return;
        }
        RequestDecoder.Arrived arrived = (RequestDecoder.Arrived) message;
        busy = true;
        server.beginAnswer();
        try {
            server.threads().execute(() -> answer(ctx, arrived));
        } catch (RejectedExecutionException e) {
            server.endAnswer();
            var unused = ctx.close();
        }
    }

    private void answer(ChannelHandlerContext ctx, RequestDecoder.Arrived arrived) {
        HttpReply reply;
        try {
            reply = server.handler().answer(arrived.request());
        } catch (Throwable e) { // for the caller an error is the same
            server.failed(e);
            reply = HttpReply.empty(500);
        }
        HttpReply answer = reply;
        try {
            ctx.executor().execute(() -> {
                busy = false;
                boolean last = arrived.request().body() == null || server.isDraining();
                send(ctx, answer, arrived.head(), last).addListener(sent -> server.endAnswer());
            });
        } catch (RejectedExecutionException e) {
            server.endAnswer(); // the server has closed meanwhile, and with it the connection
        }
    }

    private ChannelFuture send(ChannelHandlerContext ctx, HttpReply reply, @Nullable RequestHead head, boolean close) {
        ReplyBytes bytes = ReplyBytes.of(reply, head, close, ZonedDateTime.now(Clock.systemUTC()));
        closing = bytes.closes();
        ChannelFuture written = ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes.bytes()));
        if (closing) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            next(ctx);
            ChannelHandlerContext before = ctx.pipeline().context(decoder);
            if (!busy && before != null) { // null once the client is gone
                decoder.awaitRequest(before);
            }
        }
        return written;
    }

    /** Closes the connection if nothing is under way on it. */
    void closeIfIdle(ChannelHandlerContext ctx) {
        if (!busy && waiting.isEmpty()) {
            var unused = ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Error) {
            server.failed(cause);
        }
        var unused = ctx.close(); // the client is gone
    }
}
