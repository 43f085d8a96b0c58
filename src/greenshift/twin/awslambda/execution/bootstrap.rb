# frozen_string_literal: true

# The Ruby runtime: runs inside each worker process, started as a script.
#
# Speaks the Runtime API over one kept-open socket, and behaves as AWS's Ruby runtime does where a handler can
# tell (developer guide, "Building Lambda functions with Ruby"): how a handler is named and called, its context,
# and the shape of an error.

require 'json'
require 'socket'

# The keep-alive connection to the twin; when it closes, this process has no reason to live.
class GreenshiftRuntimeApi
  PREFIX = '/2018-06-01/runtime/'

  def initialize(address)
    host, port = address.split(':')
    @socket = TCPSocket.new(host, port.to_i)
    @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
  end

  def call(method, path, body = '')
    head = "#{method} #{PREFIX}#{path} HTTP/1.1\r\nHost: runtime\r\nContent-Length: #{body.bytesize}\r\n\r\n"
    @socket.write(head.b + body.b)
    exit!(0) if @socket.gets.nil?
    headers = {}
    while (line = @socket.gets.to_s.strip) != ''
      name, _, value = line.partition(':')
      headers[name.downcase] = value.strip
    end
    [headers, @socket.read(headers['content-length'].to_i)]
  end
end

# The second argument of a handler.
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :function_name, :function_version, :memory_limit_in_mb,
              :log_group_name, :log_stream_name, :deadline_ms, :identity, :client_context

  def initialize(headers)
    @aws_request_id = headers['lambda-runtime-aws-request-id']
    @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
    @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
    @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
    @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
    @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
    @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
    client = headers['lambda-runtime-client-context']
    @client_context = JSON.parse(client) if client
  end

  def get_remaining_time_in_millis
    [0, @deadline_ms - (Time.now.to_f * 1000).to_i].max
  end
end

# Loads a handler (`file.method`, or `file.Class.method` of a class or module) and calls it.
class GreenshiftHandler
  def initialize(name)
    file, *owner, @method = name.split('.')
    raise ArgumentError, "Invalid handler #{name}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD" if
      @method.nil? || owner.length > 1

    require file
    @receiver = owner.empty? ? TOPLEVEL_BINDING.receiver : Object.const_get(owner.first)
  end

  def call(event, context)
    @receiver.send(@method, event: event, context: context)
  end
end

# Also writes the error to the log, as AWS's runtime does.
def greenshift_error(error, where)
  own = error.backtrace.to_a.take_while { |line| !line.start_with?(__FILE__) }
  payload = { errorMessage: error.message, errorType: "#{where}<#{error.class}>", stackTrace: own.first(100) }
  puts "#{where == 'Init' ? 'Init error when loading handler' : 'Error raised from handler method'}\n" \
       "#{JSON.generate(payload)}".tr("\n", "\r")
  JSON.generate(payload)
end

def greenshift_invoke(api, handler)
  headers, event = api.call('GET', 'invocation/next')
  id = headers['lambda-runtime-aws-request-id']
  ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id'].to_s
  begin
    body = JSON.generate(handler.call(JSON.parse(event.force_encoding('UTF-8')), LambdaContext.new(headers)))
  rescue SystemExit
    raise
  rescue Exception => e # rubocop:disable Lint/RescueException
    return api.call('POST', "invocation/#{id}/error", greenshift_error(e, 'Function'))
  end
  api.call('POST', "invocation/#{id}/response", body)
end

$stdout.sync = $stderr.sync = true
api = GreenshiftRuntimeApi.new(ENV.fetch('AWS_LAMBDA_RUNTIME_API'))
$LOAD_PATH.unshift(ENV.fetch('LAMBDA_TASK_ROOT'))
begin
  handler = GreenshiftHandler.new(ENV.fetch('_HANDLER'))
rescue SystemExit
  raise
rescue Exception => e # rubocop:disable Lint/RescueException
  api.call('POST', 'init/error', greenshift_error(e, 'Init'))
  exit!(1)
end
loop { greenshift_invoke(api, handler) }
