/** What nginx's configurations begin with here: one process, in the foreground, that writes in one folder. */
export const nginxMain = (directory: string): string => `\
daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 256; }`;

/** For the block `http`: it makes these folders at the start, used or not. */
export const nginxHttp = (directory: string): string => `\
  access_log off;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;`;
