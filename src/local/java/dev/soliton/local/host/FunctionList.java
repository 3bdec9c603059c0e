package dev.soliton.local.host;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

/** The list of functions that a developer sees at start: URLs first, then the other triggers, then what is wrong. */
final class FunctionList {

    private final Console console;
    private final int port;

    FunctionList(Console console, int port) {
        this.console = console;
        this.port = port;
    }

    void print(StagedApp app, List<HttpFront.Endpoint> endpoints) {
        console.print("");
        console.print(console.paint(Console.Colour.YELLOW, "Functions:"));
        for (HttpFront.Endpoint endpoint : endpoints) {
            List<String> methods =
                    endpoint.trigger().methods().stream().sorted().toList();
            String shown = methods.isEmpty() ? "" : "[" + String.join(",", methods) + "] ";
            entry(endpoint.function().definition().name(), shown + "http://localhost:" + port + "/" + route(endpoint));
        }
        for (FunctionDefinition function : app.functions()) {
            if (!(function.trigger() instanceof Trigger.Http) && !app.errors().containsKey(function.name())) {
                entry(function.name(), function.trigger().type());
            }
        }
        console.print("");
        app.disabled()
                .forEach(name ->
                        console.log("Host.Startup", Console.Level.INFORMATION, "Function " + name + " is disabled."));
        app.errors()
                .forEach((name, error) -> console.log(
                        "Host.Startup", Console.Level.ERROR, "The '" + name + "' function is in error: " + error));
    }

    /** With the names that the function's method has for its parameters, which say more than those in the route may. */
    private static String route(HttpFront.Endpoint endpoint) {
        Method method = endpoint.function().method();
        Map<String, String> names = method == null ? Map.of() : Arguments.namesOfMetadata(method);
        return endpoint.route().shown(name -> names.getOrDefault(name, name));
    }

    private void entry(String name, String what) {
        console.print("");
        console.print(
                "\t" + console.paint(Console.Colour.YELLOW, name) + ": " + console.paint(Console.Colour.GREEN, what));
    }
}
