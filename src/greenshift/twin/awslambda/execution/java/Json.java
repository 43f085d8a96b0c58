package greenshift.lambda;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as text, as plain values, and as the types of a handler: what the JDK does not have. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at < text.length()) throw new IllegalArgumentException("not JSON at character " + json.at);
        return value;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
    }

    private char next() {
        space();
        if (at >= text.length()) throw new IllegalArgumentException("JSON ends too early");
        return text.charAt(at);
    }

    private Object value() {
        char first = next();
        if (first == '{') return object();
        if (first == '[') return array();
        if (first == '"') return string();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) at++;
        String word = text.substring(start, at);
        switch (word) {
            case "null": return null;
            case "true": return true;
            case "false": return false;
            default:
        }
        if (word.matches("-?\\d{1,9}")) return Integer.valueOf(word);
        if (word.matches("-?\\d{10,18}")) return Long.valueOf(word);
        return Double.valueOf(word);
    }

    private Map<String, Object> object() {
        Map<String, Object> found = new LinkedHashMap<>();
        at++;
        while (next() != '}') {
            String name = string();
            if (next() != ':') throw new IllegalArgumentException("':' expected at character " + at);
            at++;
            found.put(name, value());
            if (next() == ',') at++;
        }
        at++;
        return found;
    }

    private List<Object> array() {
        List<Object> found = new ArrayList<>();
        at++;
        while (next() != ']') {
            found.add(value());
            if (next() == ',') at++;
        }
        at++;
        return found;
    }

    private String string() {
        if (next() != '"') throw new IllegalArgumentException("'\"' expected at character " + at);
        StringBuilder found = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char each = text.charAt(at);
            if (each != '\\') {
                found.append(each);
                continue;
            }
            char escaped = text.charAt(++at);
            int known = "bfnrt".indexOf(escaped);
            if (escaped == 'u') {
                found.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                at += 4;
            } else {
                found.append(known >= 0 ? "\b\f\n\r\t".charAt(known) : escaped);
            }
        }
        at++;
        return found.toString();
    }

    static String write(Object value) throws ReflectiveOperationException {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) throws ReflectiveOperationException {
        if (value == null || value instanceof Number || value instanceof Boolean) out.append(value);
        else if (value instanceof CharSequence || value instanceof Character || value instanceof Enum) quote(value.toString(), out);
        else if (value instanceof Map<?, ?> map) members(map, out);
        else if (value instanceof Collection<?> list) items(list, out);
        else if (value.getClass().isArray()) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) list.add(Array.get(value, i));
            items(list, out);
        } else members(properties(value), out);
    }

    private static void members(Map<?, ?> map, StringBuilder out) throws ReflectiveOperationException {
        String before = "{";
        for (Map.Entry<?, ?> each : map.entrySet()) {
            out.append(before);
            quote(String.valueOf(each.getKey()), out);
            out.append(':');
            write(each.getValue(), out);
            before = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void items(Collection<?> list, StringBuilder out) throws ReflectiveOperationException {
        String before = "[";
        for (Object each : list) {
            out.append(before);
            write(each, out);
            before = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') out.append('\\').append(each);
            else if (each < ' ') out.append(String.format("\\u%04x", (int) each));
            else out.append(each);
        }
        out.append('"');
    }

    /** A record's components, or what the getters give, as Lambda's own serialization has them. */
    private static Map<String, Object> properties(Object value) throws ReflectiveOperationException {
        Map<String, Object> found = new LinkedHashMap<>();
        if (value.getClass().isRecord()) {
            for (RecordComponent each : value.getClass().getRecordComponents()) found.put(each.getName(), called(each.getAccessor(), value));
            return found;
        }
        for (Method each : value.getClass().getMethods()) {
            String name = each.getName().replaceFirst("^(get|is)(?=[A-Z])", "");
            boolean isGetter = each.getParameterCount() == 0 && !name.equals(each.getName()) && !name.equals("Class");
            if (isGetter) found.put(Character.toLowerCase(name.charAt(0)) + name.substring(1), called(each, value));
        }
        return found;
    }

    private static Object called(Method method, Object value) throws ReflectiveOperationException {
        method.setAccessible(true);
        return method.invoke(value);
    }

    /** A value that was read, as the type a handler declares. */
    static Object as(Object value, Type type) throws ReflectiveOperationException {
        Class<?> wanted = type instanceof ParameterizedType given ? (Class<?>) given.getRawType() : type instanceof Class<?> known ? known : Object.class;
        if (value == null || wanted == Object.class) return value;
        if (value instanceof Number number && wanted != String.class) return number(number, wanted);
        if (wanted == String.class) return value instanceof String ? value : write(value);
        if (value instanceof List<?> list && Collection.class.isAssignableFrom(wanted) && type instanceof ParameterizedType given) {
            List<Object> found = new ArrayList<>();
            for (Object each : list) found.add(as(each, given.getActualTypeArguments()[0]));
            return found;
        }
        if (value instanceof Map<?, ?> map && !Map.class.isAssignableFrom(wanted)) return object(map, wanted);
        return value;
    }

    private static Object number(Number number, Class<?> wanted) {
        if (wanted == int.class || wanted == Integer.class) return number.intValue();
        if (wanted == long.class || wanted == Long.class) return number.longValue();
        if (wanted == double.class || wanted == Double.class) return number.doubleValue();
        if (wanted == float.class || wanted == Float.class) return number.floatValue();
        return number;
    }

    private static Object object(Map<?, ?> map, Class<?> wanted) throws ReflectiveOperationException {
        if (wanted.isRecord()) {
            RecordComponent[] components = wanted.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = as(map.get(components[i].getName()), components[i].getGenericType());
            }
            var constructor = wanted.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        }
        var constructor = wanted.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object made = constructor.newInstance();
        for (Method each : wanted.getMethods()) {
            if (!each.getName().startsWith("set") || each.getParameterCount() != 1) continue;
            String name = each.getName().substring(3);
            String key = name.isEmpty() ? "" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
            if (map.containsKey(key)) each.invoke(made, as(map.get(key), each.getGenericParameterTypes()[0]));
        }
        return made;
    }
}
