package whatmatters.interop;

import java.util.Arrays;
import java.util.List;

/** {@code serve [--port N] [--page-size N]} or {@code validate FILE… [--profile FILE]…}. */
public final class Main {
    private static final String USAGE =
            "usage: serve [--port N] [--page-size N]\n"
            + "       validate FILE... [--profile STRUCTURE-DEFINITION.json]...";

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        final List<String> words = Arrays.asList(arguments);
        if (words.isEmpty()) {
            fail();
        }
        final List<String> rest = words.subList(1, words.size());
        try {
            switch (words.get(0)) {
                case "serve" -> HapiServer.serve(rest);
                case "validate" -> System.exit(Validator.validate(rest));
                default -> fail();
            }
        } catch (IllegalArgumentException wrongUsage) {
            System.err.println(wrongUsage.getMessage());
            fail();
        }
    }

    private static void fail() {
        System.err.println(USAGE);
        System.exit(2);
    }
}
