package greenshift.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Java runtime: speaks the Runtime API and calls {@code package.Class::method}, or {@code handleRequest} of
 * {@code package.Class} (developer guide: "Define Lambda function handler in Java"). It needs none of the function's
 * libraries: a handler that asks for a Context is given one of the interface that its own package brings.
 */
final class Runtime {
    private static final String API = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Object target;
    private final Method method;

    private Runtime(String handler) throws ReflectiveOperationException {
        String[] parts = handler.split("::");
        Class<?> type = Class.forName(parts[0]);
        method = found(type, parts.length > 1 ? parts[1] : "handleRequest");
        method.setAccessible(true);
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        target = constructor.newInstance();
    }

    /** Of several of that name the one with the most parameters; a generic interface's bridge is none of them. */
    private static Method found(Class<?> type, String name) throws NoSuchMethodException {
        Method best = null;
        for (Method each : type.getMethods()) {
            boolean fits = each.getName().equals(name) && !each.isBridge();
            if (fits && (best == null || each.getParameterCount() > best.getParameterCount())) best = each;
        }
        if (best == null) throw new NoSuchMethodException("Class " + type.getName() + " has no public method named " + name);
        return best;
    }

    public static void main(String[] arguments) throws Exception {
        Runtime runtime;
        try {
            runtime = new Runtime(System.getenv("_HANDLER"));
        } catch (Throwable error) {
            Throwable cause = error instanceof InvocationTargetException && error.getCause() != null ? error.getCause() : error;
            cause.printStackTrace();
            post("init/error", described(cause).getBytes(StandardCharsets.UTF_8));
            System.exit(1);
            return;
        }
        while (true) runtime.serve();
    }

    private void serve() throws Exception {
        HttpRequest next = HttpRequest.newBuilder(URI.create(API + "invocation/next")).GET().build();
        HttpResponse<byte[]> asked = HTTP.send(next, HttpResponse.BodyHandlers.ofByteArray());
        String id = asked.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
        asked.headers().firstValue("Lambda-Runtime-Trace-Id").ifPresent(trace -> System.setProperty("com.amazonaws.xray.traceHeader", trace));
        String route = "invocation/" + id + "/response";
        byte[] said;
        try {
            said = answer(asked.body(), context(asked, id));
        } catch (Throwable error) {
            error.printStackTrace();
            route = "invocation/" + id + "/error";
            said = described(error).getBytes(StandardCharsets.UTF_8);
        }
        System.out.flush();
        post(route, said);
    }

    private byte[] answer(byte[] event, Map<String, Object> context) throws Throwable {
        Class<?>[] types = method.getParameterTypes();
        Object[] values = new Object[types.length];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean writes = false;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == InputStream.class) values[i] = new ByteArrayInputStream(event);
            else if (types[i] == OutputStream.class) {
                values[i] = out;
                writes = true;
            } else if (types[i].getName().equals("com.amazonaws.services.lambda.runtime.Context")) values[i] = shown(types[i], context);
            else values[i] = Json.as(Json.read(new String(event, StandardCharsets.UTF_8)), method.getGenericParameterTypes()[i]);
        }
        Object returned;
        try {
            returned = method.invoke(target, values);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
        return writes ? out.toByteArray() : Json.write(returned).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> context(HttpResponse<byte[]> asked, String id) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("getAwsRequestId", id);
        found.put("getFunctionName", System.getenv("AWS_LAMBDA_FUNCTION_NAME"));
        found.put("getFunctionVersion", System.getenv("AWS_LAMBDA_FUNCTION_VERSION"));
        found.put("getInvokedFunctionArn", asked.headers().firstValue("Lambda-Runtime-Invoked-Function-Arn").orElse(""));
        found.put("getMemoryLimitInMB", Integer.valueOf(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")));
        found.put("getLogGroupName", System.getenv("AWS_LAMBDA_LOG_GROUP_NAME"));
        found.put("getLogStreamName", System.getenv("AWS_LAMBDA_LOG_STREAM_NAME"));
        found.put("deadline", Long.valueOf(asked.headers().firstValue("Lambda-Runtime-Deadline-Ms").orElse("0")));
        return found;
    }

    /** An object of the function's own interface; what it has no answer to is null, as on AWS. */
    private static Object shown(Class<?> type, Map<String, Object> context) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, values) -> {
            if (called.getName().equals("getRemainingTimeInMillis")) {
                return (int) Math.max(0, (Long) context.get("deadline") - System.currentTimeMillis());
            }
            if (called.getName().equals("getLogger")) return shown(called.getReturnType(), context);
            if (called.getName().equals("log")) {
                Object line = values[0];
                System.out.println(line instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : line);
                return null;
            }
            return context.get(called.getName());
        });
    }

    private static String described(Throwable error) throws ReflectiveOperationException {
        List<String> trace = new ArrayList<>();
        for (StackTraceElement each : error.getStackTrace()) trace.add(each.toString());
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("errorMessage", error.getMessage() == null ? error.toString() : error.getMessage());
        told.put("errorType", error.getClass().getName());
        told.put("stackTrace", trace);
        return Json.write(told);
    }

    private static void post(String route, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(API + route)).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }
}
