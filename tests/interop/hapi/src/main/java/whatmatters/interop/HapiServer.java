package whatmatters.interop;

import ca.uhn.fhir.rest.server.RestfulServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * A FHIR R4 server on loopback: HAPI's JPA server over an H2 database in memory, at {@code /fhir}.
 *
 * <p>Prints {@code {"port":N}} when it listens. Then standard input steers it, a word per line:
 * {@code stop} closes the port and keeps the data, {@code start} listens on the same port again;
 * each is answered with a line. The end of standard input ends the process, so that a server
 * never outlives the test that started it.
 */
final class HapiServer {
    private HapiServer() {}

    static void serve(List<String> arguments) throws Exception {
        int port = 0;
        int pageSize = 20;
        for (int index = 0; index < arguments.size(); index += 2) {
            final String option = arguments.get(index);
            if (index + 1 == arguments.size()) {
                throw new IllegalArgumentException(option + " needs a number");
            }
            final int number = Integer.parseInt(arguments.get(index + 1));
            switch (option) {
                case "--port" -> port = number;
                case "--page-size" -> pageSize = number;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        System.setProperty("whatmatters.pageSize", Integer.toString(pageSize));
        final BlockingQueue<String> words = readWords();

        final var storage = new AnnotationConfigApplicationContext(HapiConfig.class);
        final var server = new Server();
        final var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        final var context = new ServletContextHandler();
        context.addServlet(new ServletHolder(storage.getBean(RestfulServer.class)), "/fhir/*");
        server.setHandler(context);
        server.start();

        connector.setPort(connector.getLocalPort());
        answer("{\"port\":" + connector.getPort() + "}");
        while (true) {
            obey(words.take(), connector);
        }
    }

    /** Reads from the start on, so that the process also ends while it is still starting. */
    private static BlockingQueue<String> readWords() {
        final var words = new LinkedBlockingQueue<String>();
        final var reader = new Thread(() -> {
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    .lines().forEach(words::add);
            // Nothing is worth closing: the database is in memory.
            Runtime.getRuntime().halt(0);
        });
        reader.setDaemon(true);
        reader.start();
        return words;
    }

    private static void obey(String word, ServerConnector connector) throws Exception {
        switch (word) {
            case "stop" -> {
                connector.stop();
                answer("{\"state\":\"stopped\"}");
            }
            case "start" -> {
                connector.start();
                answer("{\"state\":\"listening\"}");
            }
            default -> answer("{\"error\":\"say stop or start\"}");
        }
    }

    private static void answer(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
