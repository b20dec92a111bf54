import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Worker, isMainThread, workerData, parentPort } from 'node:worker_threads';
async function one(w:number,h:number,secs:number){
 const s=await InferenceSession.create('models/nanodet-g.onnx',{intraOpNumThreads:1,interOpNumThreads:1,graphOptimizationLevel:'all'});
 const x=new Uint8Array(w*h*3); for(let i=0;i<x.length;i++) x[i]=(i*7919)&255;
 const t=new Tensor('uint8',x,[1,h,w,3]); for(let i=0;i<5;i++) await s.run({picture:t});
 const b=performance.now();let n=0; while(performance.now()-b<secs*1000){await s.run({picture:t});n++;} return n/((performance.now()-b)/1000);
}
if(isMainThread){
 for(const [w,h] of [[512,288],[448,256],[416,256],[384,224]] as const){
  const r1=await one(w,h,4);
  const two=await Promise.all([0,1].map(()=>new Promise<number>((ok)=>{const k=new Worker(new URL(import.meta.url),{workerData:{w,h}});k.once('message',ok);})));
  console.log(w,h,'1 thread',r1.toFixed(1),'2 threads',(two[0]!+two[1]!).toFixed(1));
 } process.exit()
} else { parentPort!.postMessage(await one(workerData.w,workerData.h,4)); }
