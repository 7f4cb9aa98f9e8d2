// nodemailer's pool: send.js LETTER PORT LETTERS CONNECTIONS. Each message is built anew.
"use strict";

const { readFileSync } = require("node:fs");
const { createTransport } = require("nodemailer");

const [letterFile, port, letters, connections] = process.argv.slice(2);
const letter = JSON.parse(readFileSync(letterFile, "utf8"));
const pool = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  maxConnections: Number(connections),
  maxMessages: Infinity,
  ignoreTLS: true,
});

const total = Number(letters);
let begun = 0;
let ended = 0;

function filled(text, person) {
  for (const [name, value] of Object.entries(person)) text = text.replaceAll(`@@${name}@@`, value);
  return text;
}

function message(number) {
  const person = letter.people[number % letter.people.length];
  const headers = {};
  for (const [name, value] of Object.entries(letter.headers)) headers[name] = filled(value, person);
  return {
    from: letter.sender,
    to: person.address,
    subject: filled(letter.subject, person),
    text: filled(letter.text, person),
    html: filled(letter.html, person),
    headers,
  };
}

// As its manual has it: new messages whenever the pool has room, so that none wait in memory.
function feed() {
  while (pool.isIdle() && begun < total) {
    pool.sendMail(message(begun++), (error) => {
      if (error) {
        console.error(error.message);
        process.exit(1);
      }
      if (++ended === total) pool.close();
      else feed();
    });
  }
}

const spent = process.cpuUsage();
const now = Number(process.hrtime.bigint()) / 1e9;
console.log(`ready ${now} ${(spent.user + spent.system) / 1e6}`);
pool.on("idle", feed);
feed();
