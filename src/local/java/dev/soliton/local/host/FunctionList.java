package dev.soliton.local.host;

import java.util.List;

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
            entry(endpoint.function().definition().name(), shown + "http://localhost:" + port + "/" + endpoint.route());
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

    private void entry(String name, String what) {
        console.print("");
        console.print(
                "\t" + console.paint(Console.Colour.YELLOW, name) + ": " + console.paint(Console.Colour.GREEN, what));
    }
}
