package dev.soliton.functions;

/** The version of Soliton that runs. */
final class AppVersion {
    /** As the description of the API has it. */
    static final String TEXT = ApiDescription.version();

    private AppVersion() {}
}
