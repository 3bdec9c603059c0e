package dev.soliton.local.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A server on 127.0.0.1, for HTTP/1.1 only. */
public final class HttpServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    private final Handler handler;
    private final Executor threads;
    private final Consumer<Throwable> failures;
    private final EventLoopGroup loop;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;
    private volatile boolean draining;
    private int answering;

    /** What answers requests. */
    public interface Handler {
        /** Answers a request, in a thread that may wait; an exception is an empty 500. */
        HttpReply answer(RawRequest request) throws Exception;
    }

    /**
     * Listens at once. Requests are answered in the given threads, each connection's one after the other; what a handler
     * throws is told to {@code failures}.
     *
     * @param limits asked for at each new connection
     * @throws IOException if the port cannot be had, a {@link java.net.BindException} if it is taken
     */
    public HttpServer(
            int port, Supplier<HttpLimits> limits, Handler handler, Executor threads, Consumer<Throwable> failures)
            throws IOException {
        this.handler = handler;
        this.threads = threads;
        this.failures = failures;
        this.loop = new MultiThreadIoEventLoopGroup(1, HttpServer::daemon, NioIoHandler.newFactory());
        try {
            this.listening = new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            RequestDecoder decoder = new RequestDecoder(limits.get());
                            channel.pipeline().addLast(decoder, new Connection(HttpServer.this, decoder));
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port))
                    .syncUninterruptibly()
                    .channel();
        } catch (Throwable e) { // Netty throws what it met, declared or not
            var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "local-host-http");
        thread.setDaemon(true);
        return thread;
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Takes no more connections, and no more requests on those that there are; answers under way are still sent. */
    public void drain() {
        draining = true;
        listening.close().syncUninterruptibly();
        // The port is free only after another look of the loop at its channels.
        loop.next().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> {
                var context = channel.pipeline().context(Connection.class);
                if (context != null) {
                    ((Connection) context.handler()).closeIfIdle(context);
                }
            });
        }
    }

    /** Waits until all answers have been sent, or the limit has passed. */
    public synchronized void awaitAnswered(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long left = limit.toMillis();
        while (answering > 0 && left > 0) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
    }

    synchronized void beginAnswer() {
        answering++;
    }

    synchronized void endAnswer() {
        answering--;
        notifyAll();
    }

    /** Cuts whatever is still open. */
    @Override
    public void close() {
        if (!draining) {
            drain();
        }
        connections.close().syncUninterruptibly();
        var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    void opened(Channel channel) {
        connections.add(channel);
        if (draining) {
            var unused = channel.close();
        }
    }

    boolean isDraining() {
        return draining;
    }

    Handler handler() {
        return handler;
    }

    Executor threads() {
        return threads;
    }

    void failed(Throwable e) {
        failures.accept(e);
    }
}
