package dev.soliton.walk;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isInterface;
import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.isNative;
import static net.bytebuddy.matcher.ElementMatchers.isSubTypeOf;
import static net.bytebuddy.matcher.ElementMatchers.isSynthetic;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.not;

import java.security.ProtectionDomain;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;

/**
 * The way of one piece of work through the classes of Soliton, on whatever threads it goes.
 *
 * <p>Counted are classes with behaviour: no records, enums, exceptions and interfaces. A nested class counts as the class
 * around it, since it is read with it. A move is a call of a method of another such class than that of the method which is
 * nearest above it on the stack.
 */
public final class Walk implements AutoCloseable {
    /** Set on the threads that are followed; those that they start inherit it. Other tests may have left threads. */
    private static final InheritableThreadLocal<Boolean> FOLLOWED = new InheritableThreadLocal<>();

    private static @Nullable Walk current;

    private final Set<String> classes = new LinkedHashSet<>();
    private final AtomicInteger moves = new AtomicInteger();
    private final ConcurrentMap<String, Integer> pairs = new ConcurrentHashMap<>();
    private final ThreadLocal<Deque<String>> stacks = ThreadLocal.withInitial(ArrayDeque::new);
    private final ResettableClassFileTransformer transformer;

    private Walk() {
        transformer = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .ignore(ElementMatchers.none())
                .type(
                        nameStartsWith("dev.soliton.")
                                .and(not(isInterface()))
                                .and(not(isSubTypeOf(Record.class)))
                                .and(not(isSubTypeOf(Enum.class)))
                                .and(not(isSubTypeOf(Throwable.class)))
                                .and(not(isSynthetic())),
                        ElementMatchers.any())
                .and((type, loader, module, redefined, domain) ->
                        loader == Walk.class.getClassLoader() && isOfTheApp(domain))
                .transform((builder, type, loader, module, domain) -> builder.visit(Advice.to(Step.class)
                        .on(isMethod().and(not(isAbstract())).and(not(isNative())))))
                .installOn(ByteBuddyAgent.install());
    }

    private static boolean isOfTheApp(@Nullable ProtectionDomain domain) {
        return domain != null
                && domain.getCodeSource() != null
                && !domain.getCodeSource().getLocation().getPath().contains("test-classes");
    }

    /** Follows this thread from now on, and those that it starts. */
    static void follow() {
        FOLLOWED.set(true);
    }

    /** Follows this thread no more. */
    static void unfollow() {
        FOLLOWED.remove();
    }

    /** Begins to count on the threads that are followed. Only one walk can be counted at a time. */
    static synchronized Walk begin() {
        Walk walk = new Walk();
        current = walk;
        return walk;
    }

    /** The simple names of the classes, in the order in which they were met. */
    Set<String> classes() {
        synchronized (classes) {
            return Set.copyOf(classes);
        }
    }

    int moves() {
        return moves.get();
    }

    /** How often the walk moved from one class to another, the most frequent pairs first. */
    String pairs() {
        return pairs.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(pair -> pair.getValue() + " " + pair.getKey())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        current = null;
        transformer.reset(ByteBuddyAgent.getInstrumentation(), AgentBuilder.RedefinitionStrategy.RETRANSFORMATION);
    }

    /** A method begins; public, since it is called from the classes that are counted. */
    public static void enter(String type) {
        Walk walk = current;
        if (walk != null && FOLLOWED.get() != null) {
            walk.into(type);
        }
    }

    /** A method has ended. */
    public static void leave() {
        Walk walk = current;
        if (walk != null) {
            walk.stacks.get().poll();
        }
    }

    private void into(String type) {
        String name = type.substring(type.lastIndexOf('.') + 1);
        int nested = name.indexOf('$');
        String outer = nested < 0 ? name : name.substring(0, nested);
        Deque<String> stack = stacks.get();
        if (!outer.equals(stack.peek())) {
            moves.incrementAndGet();
            pairs.merge(stack.peek() + " -> " + outer, 1, Integer::sum);
            synchronized (classes) {
                classes.add(outer);
            }
        }
        stack.push(outer);
    }

    /** What is put around the methods of the classes that are counted. */
    static final class Step {
        private Step() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Origin("#t") String type) {
            Walk.enter(type);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class)
        static void leave() {
            Walk.leave();
        }
    }
}
